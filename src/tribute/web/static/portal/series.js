// From points to what is drawn: every bucket of the window, a line a website, five at most and the others together. Pure.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS = { Last24Hours: 1, Last7Days: 7, Last30Days: 30, Last90Days: 90, Last365Days: 365 };
const MOST = 5;

export const isHourly = (timeWindow) => timeWindow === "Last24Hours";

/** The starts of all buckets that the window touches, in milliseconds; the first is cut by the window, the last is still running. */
export function buckets(timeWindow, now) {
  const step = isHourly(timeWindow) ? HOUR : DAY;
  const floor = (at) => Math.floor(at / step) * step;
  const last = floor(now.getTime());
  const starts = [];
  for (let at = floor(now.getTime() - DAYS[timeWindow] * DAY); at <= last; at += step) starts.push(at);
  return starts;
}

/**
 * {starts, from, lines: [{name, values, total, slot}], sums, total, hourly}; `from` is the instant at which the window cuts its first bucket.
 * A value is null before a website's traffic began and 0 in a later bucket without data. `slot` picks colour and dash; null is "others".
 */
export function lay(points, timeWindow, now, beginnings) {
  const starts = buckets(timeWindow, now);
  const place = new Map(starts.map((start, index) => [start, index]));
  const byName = new Map();
  for (const { series, timestamp, value } of points) {
    const index = place.get(Date.parse(timestamp));
    if (index === undefined) continue; // the clock passed a bucket's end while the answer was on its way
    if (!byName.has(series)) byName.set(series, { name: series, found: new Map(), total: 0 });
    const line = byName.get(series);
    line.found.set(index, value);
    line.total += value;
  }
  const began = (name) => (isHourly(timeWindow) ? beforeWindow : Date.parse)(beginnings[name] ?? "", starts[0]);
  const lines = gather([...byName.values()].map((line) => fill(line, starts, began(line.name))));
  const sums = starts.map((_, index) => lines.reduce((sum, line) => sum + (line.values[index] ?? 0), 0));
  const from = now.getTime() - DAYS[timeWindow] * DAY;
  return { starts, from, lines, sums, total: sums.reduce((sum, value) => sum + value, 0), hourly: isHourly(timeWindow) };
}

function fill({ name, found, total }, starts, began) {
  const first = Math.min(...found.keys(), firstAtOrAfter(starts, began));
  const values = starts.map((_, index) => found.get(index) ?? (index < first ? null : 0));
  return { name, values, total };
}

/** Beginnings are known to the day; within a window of hours only one that lies before it says anything. */
function beforeWindow(day, windowStart) {
  const at = Date.parse(day);
  return at + DAY <= windowStart ? at : NaN;
}

function firstAtOrAfter(starts, at) {
  const index = starts.findIndex((start) => start >= at);
  return index < 0 ? Infinity : index;
}

/** Largest first. Colours go by name, so that a line keeps its own while it rises or falls. */
function gather(lines) {
  lines.sort((a, b) => b.total - a.total || a.name.localeCompare(b.name));
  const kept = lines.slice(0, MOST);
  const names = kept.map((line) => line.name).sort();
  for (const line of kept) line.slot = names.indexOf(line.name);
  const rest = lines.slice(MOST);
  return rest.length ? [...kept, together(rest)] : kept;
}

function together(rest) {
  const values = rest[0].values.map((_, index) => {
    const told = rest.map((line) => line.values[index]).filter((value) => value !== null);
    return told.length ? told.reduce((sum, value) => sum + value, 0) : null;
  });
  return { name: `${rest.length} others`, values, total: rest.reduce((sum, line) => sum + line.total, 0), slot: null };
}
