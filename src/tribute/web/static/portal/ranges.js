// From a state to what the API is asked: dates in the zone, how long the range is, which steps fit it. Pure.

import { isGiven } from "./address.js";
import { locale } from "../words.js";

const DAY = 86_400_000;
const GIVEN_DAYS = { Last24Hours: 1, Last7Days: 7, Last30Days: 30, Last90Days: 90, Last365Days: 365 };
const dateWords = new Intl.DateTimeFormat(locale, { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });

/** 2026-11-23, the date in a zone. */
export const dateIn = (zone, at) => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(at);

const later = (date, days) => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);

/** [first day, last day]; null for the windows that end now to the second. */
export function dates(state, now) {
  if (state.from) return [state.from, state.to];
  if (isGiven(state.window)) return null;
  const today = dateIn(state.zone, now);
  const first = `${today.slice(0, 7)}-01`;
  const before = later(first, -1);
  return {
    Today: [today, today],
    Yesterday: [later(today, -1), later(today, -1)],
    ThisMonth: [first, today],
    LastMonth: [`${before.slice(0, 7)}-01`, before],
    ThisYear: [`${today.slice(0, 4)}-01-01`, today],
  }[state.window];
}

/** How many days the range has, about. */
export function days(state, now) {
  const range = dates(state, now);
  return range ? Math.round((Date.parse(range[1]) - Date.parse(range[0])) / DAY) + 1 : GIVEN_DAYS[state.window];
}

const usual = (length, { steps }) => steps.find((step) => length <= step.usualTo);

/** Whether a step draws a range of so many days with neither too many buckets nor only one. */
export function fits(step, length, told) {
  return step === usual(length, told) || (length >= 2 * step.days && length / step.days <= told.mostBuckets);
}

/** The step that the range is drawn in: the chosen one where it fits. */
export function stepOf(state, now, told) {
  const length = days(state, now);
  return told.steps.find((step) => step.name === state.grain && fits(step, length, told)) ?? usual(length, told);
}

/** The part of an AnalyticsInput that says when and what, without metrics. A range that is still running ends now. */
export function asked(state, now) {
  const range = dates(state, now);
  const when = range ? { from: range[0], ...(range[1] < dateIn(state.zone, now) ? { to: range[1] } : {}) } : { window: state.window };
  return { ...when, zone: state.zone, currency: state.currency, filters: Object.entries(state.filters).map(([by, values]) => ({ by, in: values })) };
}

/** "1–10 Nov 2026". */
export const rangeWords = (from, to) => dateWords.formatRange(Date.parse(from), Date.parse(to));

/** What a state's range is compared with: the words for the rules of `analytics/comparison`. */
export function nameBefore(state, now) {
  if (state.compare === "PreviousYear") return "a year before";
  const range = dates(state, now);
  if (!range) return state.window === "Last24Hours" ? "the 24 hours before" : `the ${GIVEN_DAYS[state.window]} days before`;
  const [first, last] = range;
  const isRunning = last === dateIn(state.zone, now);
  const months = 12 * (last.slice(0, 4) - first.slice(0, 4)) + (last.slice(5, 7) - first.slice(5, 7)) + 1;
  const isFromFirst = first.endsWith("-01");
  if (isRunning && first === last) return "yesterday by this time";
  if (isRunning && isFromFirst && months === 1) return "last month by this time";
  if (isRunning && first === `${last.slice(0, 4)}-01-01`) return "last year by this time";
  if (!isRunning && isFromFirst && later(last, 1).endsWith("-01")) return months === 1 ? "the month before" : `the ${months} months before`;
  const count = days(state, now);
  return count === 1 ? "the day before" : `the ${count} days before`;
}
