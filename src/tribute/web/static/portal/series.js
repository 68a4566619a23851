// From an answer to what is drawn: every bucket of the range, a line a website, five at most and the others together. Pure.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONEY_DAYS = { Last24Hours: 1, Last7Days: 7, Last30Days: 30, Last90Days: 90, Last365Days: 365 };
const FIELDS = { PageViews: "pageViews", Visitors: "visitors", Clicks: "clicks" };
const BEFORE = { PageViews: "previousPageViews", Visitors: "previousVisitors", Clicks: "previousClicks" };

export const ALL = "All websites";
export const MOST = 5;

/** A metric's number in the figures of a total or row. */
export const figure = (figures, metric) => figures?.[FIELDS[metric]] ?? null;

/**
 * {metric, grain, zone, starts, startsBefore, from, isCut, isRunning, lines, all}: `lines` are drawn, `all` is the true total, each
 * {name, values, before, total, totalBefore, slot}. A value is null before a website's traffic began; `before` is null without comparison.
 * `slot` picks colour and dash; null is "others". `isCut` and `isRunning` say that the first bucket began earlier, that the last goes on.
 */
export function layTraffic({ all, lines }, now, { metric, zone }, grain, beginnings) {
  const starts = all.series.map((bucket) => Date.parse(bucket.start));
  const [from, to] = [Date.parse(all.from), Date.parse(all.to)];
  const frame = { starts, ends: [...starts.slice(1), to] };
  const told = Object.values(beginnings).map((day) => Date.parse(day));
  const whole = lineOf(ALL, all.totals, all.previous, all.series, metric, frame, told.length ? Math.min(...told) : NaN);
  const rows = lines?.rows.map((row) => lineOf(row.value ?? "–", row, row.previous, row.series, metric, frame, Date.parse(beginnings[row.value] ?? ""))) ?? [];
  const drawn = lines ? coloured(rows.filter((line) => line.total > 0)) : [{ ...whole, slot: 0 }];
  if (lines?.others) drawn.push({ ...lineOf(`${lines.values - rows.length} others`, lines.others, lines.others.previous, lines.others.series, metric, frame, NaN), slot: null });
  return {
    metric, grain, zone, starts, from,
    startsBefore: all.series.map((bucket) => (bucket.previousStart ? Date.parse(bucket.previousStart) : null)),
    isCut: from > starts[0],
    isRunning: to > now.getTime() - 2_000,
    lines: whole.total > 0 || whole.totalBefore > 0 ? drawn : [],
    all: whole,
  };
}

function lineOf(name, figures, previous, series, metric, { ends }, began) {
  const numbers = series.map((bucket) => bucket[FIELDS[metric]]);
  const hasData = numbers.findIndex((value) => value > 0);
  const known = Number.isNaN(began) ? -1 : ends.findIndex((end) => end > began);
  const first = Math.min(...[hasData, known].filter((index) => index >= 0));
  return {
    name,
    values: numbers.map((value, index) => (index < first ? null : value)),
    before: previous ? series.map((bucket) => bucket[BEFORE[metric]]) : null,
    total: figure(figures, metric),
    totalBefore: figure(previous, metric),
  };
}

/** Colours go by name, so that a line keeps its own while it rises or falls. */
function coloured(lines) {
  const names = lines.map((line) => line.name).sort();
  return lines.map((line) => ({ ...line, slot: names.indexOf(line.name) }));
}

/** Commissions, which the ledger tells for the given windows in UTC hours or days; null for other ranges. */
export function layMoney(points, timeWindow, now) {
  if (!(timeWindow in MONEY_DAYS)) return null;
  const step = timeWindow === "Last24Hours" ? HOUR : DAY;
  const floor = (at) => Math.floor(at / step) * step;
  const from = now.getTime() - MONEY_DAYS[timeWindow] * DAY;
  const starts = [];
  for (let at = floor(from); at <= floor(now.getTime()); at += step) starts.push(at);
  const names = [...new Set(points.map((point) => point.series))];
  const lines = names.map((name) => moneyLine(name, points.filter((point) => point.series === name), starts));
  lines.sort((a, b) => b.total - a.total || a.name.localeCompare(b.name));
  const rest = lines.slice(MOST);
  const drawn = coloured(lines.slice(0, MOST));
  if (rest.length) drawn.push({ ...together(`${rest.length} others`, rest, starts), slot: null });
  return {
    metric: "Commissions", grain: step === HOUR ? "Hour" : "Day", zone: "UTC", starts, from,
    startsBefore: starts.map(() => null), isCut: from > starts[0], isRunning: true, lines: drawn, all: together(ALL, lines, starts),
  };
}

function moneyLine(name, points, starts) {
  const found = new Map(points.map(({ timestamp, value }) => [Date.parse(timestamp), value]));
  const values = starts.map((start) => found.get(start) ?? 0);
  return { name, values, before: null, total: points.reduce((sum, { value }) => sum + value, 0), totalBefore: null };
}

function together(name, lines, starts) {
  const values = starts.map((_, index) => lines.reduce((sum, line) => sum + line.values[index], 0));
  return { name, values, before: null, total: lines.reduce((sum, line) => sum + line.total, 0), totalBefore: null };
}
