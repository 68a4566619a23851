// From an answer to what is drawn: every bucket of the range, a line a website, five at most and the others together. Pure.

const field = (metric) => (metric === "EPC" ? "epc" : metric.charAt(0).toLowerCase() + metric.slice(1));
const fieldBefore = (metric) => (metric === "EPC" ? "previousEpc" : `previous${metric}`);

export const ALL = "All websites";
export const MOST = 5;

/** A metric's number in the figures of a total or row. */
export const figure = (figures, metric) => figures?.[field(metric)] ?? null;

/**
 * {metric, currency, grain, zone, starts, startsBefore, from, isCut, isRunning, lines, all}: `lines` are drawn, `all` is the true total, each
 * {name, values, before, total, totalBefore, slot}. A value is null before a website's traffic began, and for a
 * ratio without clicks; `before` is null without comparison.
 * `slot` picks colour and dash; null is "others". `isCut` and `isRunning` say that the first bucket began earlier, that the last goes on.
 */
export function layTraffic({ all, lines }, now, { metric, zone }, grain, beginnings) {
  const starts = all.series.map((bucket) => Date.parse(bucket.start));
  const [from, to] = [Date.parse(all.from), Date.parse(all.to)];
  const frame = { starts, ends: [...starts.slice(1), to] };
  const told = Object.values(beginnings).map((day) => Date.parse(day));
  const whole = lineOf(ALL, all.totals, all.previous, all.series, metric, frame, told.length ? Math.min(...told) : NaN);
  const rows = lines?.rows.map((row) => lineOf(row.value ?? "–", row, row.previous, row.series, metric, frame, Date.parse(beginnings[row.value] ?? ""))) ?? [];
  const drawn = lines ? coloured(rows.filter((line) => line.total)) : [{ ...whole, slot: 0 }];
  if (lines?.others) drawn.push({ ...lineOf(`${lines.values - rows.length} others`, lines.others, lines.others.previous, lines.others.series, metric, frame, NaN), slot: null });
  return {
    metric, currency: all.currency, grain, zone, starts, from,
    startsBefore: all.series.map((bucket) => (bucket.previousStart ? Date.parse(bucket.previousStart) : null)),
    isCut: from > starts[0],
    isRunning: to > now.getTime() - 2_000,
    lines: whole.total || whole.totalBefore ? drawn : [],
    all: whole,
  };
}

function lineOf(name, figures, previous, series, metric, { ends }, began) {
  const numbers = series.map((bucket) => bucket[field(metric)]);
  const hasData = numbers.findIndex((value) => value);
  const known = Number.isNaN(began) ? -1 : ends.findIndex((end) => end > began);
  const first = Math.min(...[hasData, known].filter((index) => index >= 0));
  return {
    name,
    values: numbers.map((value, index) => (index < first ? null : value)),
    before: previous ? series.map((bucket) => bucket[fieldBefore(metric)] ?? null) : null,
    total: figure(figures, metric),
    totalBefore: figure(previous, metric),
  };
}

/** Colours go by name, so that a line keeps its own while it rises or falls. */
function coloured(lines) {
  const names = lines.map((line) => line.name).sort();
  return lines.map((line) => ({ ...line, slot: names.indexOf(line.name) }));
}
