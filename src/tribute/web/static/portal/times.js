// What buckets are called: in full, under an axis, in files. Each in its zone and the reader's language.

import { locale } from "../words.js";

const HOUR = 3_600_000;
const made = new Map();
const format = (zone, options) => {
  const key = JSON.stringify([zone, options]);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }));
  return made.get(key);
};
const FULL = {
  Hour: { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" },
  Day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  Week: { day: "numeric", month: "short", year: "numeric" },
  Month: { month: "long", year: "numeric" },
};
const NICE = { Hour: [1, 2, 3, 4, 6, 12, 24, 48, 168], Day: [1, 2, 3, 5, 7, 14, 28, 56, 91], Week: [1, 2, 4, 8, 13, 26, 52], Month: [1, 2, 3, 6, 12] };

/** "Mon, 23 Nov, 14:00", "Mon, 23 Nov 2026", "23–29 Nov 2026", "November 2026". */
export function bucketName(at, { grain, zone }) {
  const words = format(zone, FULL[grain]);
  return grain === "Week" ? words.formatRange(at, at + 6.5 * 24 * HOUR) : words.format(at);
}

/** 14:30 on the zone's clock. */
export const clockIn = (at, zone) => format(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);

/** 2026-11-23 14:00 on the zone's clock; days, weeks and months by their first day. */
export const bucketInFile = (at, { grain, zone }) => {
  const text = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(at);
  return grain === "Hour" ? text : text.slice(0, 10);
};

/** The buckets that are named under an axis with room for so many names: [{index, text}]. */
export function ticks({ starts, grain, zone }, room) {
  const step = NICE[grain].find((each) => starts.length / each <= room) ?? NICE[grain].at(-1);
  const last = starts.length - 1;
  return starts.flatMap((at, index) => {
    const isNamed = grain === "Hour" ? hourOf(at, zone) % Math.min(step, 24) === 0 && isOnStep(at, zone, step) : (last - index) % step === 0;
    return isNamed ? [{ index, text: tickName(at, grain, zone, step) }] : [];
  });
}

const hourOf = (at, zone) => Number(format(zone, { hour: "2-digit", hourCycle: "h23" }).formatToParts(at).find((part) => part.type === "hour").value);
const isOnStep = (at, zone, step) => step <= 24 || Math.round(at / (24 * HOUR)) % (step / 24) === 0;

function tickName(at, grain, zone, step) {
  if (grain === "Hour") return hourOf(at, zone) === 0 ? weekday(at, zone) : format(zone, { hour: "numeric" }).format(at);
  if (grain === "Month") return format(zone, step >= 12 ? { year: "numeric" } : { month: "short", year: "2-digit" }).format(at);
  return grain === "Day" && step < 2 ? weekday(at, zone) : format(zone, { day: "numeric", month: "short" }).format(at);
}

/** Mon 12 */
const weekday = (at, zone) => `${format(zone, { weekday: "short" }).format(at)} ${format(zone, { day: "numeric" }).format(at)}`;
