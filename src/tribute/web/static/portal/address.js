// The address is the state: reads one from it, and writes it back. The page's own links follow the same rules (`web/portal/asked.py`).

import { chosenZone } from "../words.js";

const GIVEN = ["Last24Hours", "Last7Days", "Last30Days", "Last90Days", "Last365Days"];
const CALENDAR = ["Today", "Yesterday", "ThisMonth", "LastMonth", "ThisYear"];
const COMPARISONS = ["PreviousPeriod", "PreviousYear", "None"];
const LINES = ["Website", "Total"];
const CURRENCY = /^[A-Z]{3}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export const isGiven = (name) => GIVEN.includes(name);

/** The reader's own zone: the one from the settings, else the browser's. */
export const ownZone = () => chosenZone ?? zoneNamed(Intl.DateTimeFormat().resolvedOptions().timeZone) ?? "UTC";

/** A zone by its name or, where only one is meant, by its city; null for anything else. */
export function zoneNamed(text) {
  const wanted = (text ?? "").trim().toLowerCase().replaceAll(" ", "_");
  if (!wanted) return null;
  const zones = [...Intl.supportedValuesOf("timeZone"), "UTC"];
  const exact = zones.find((zone) => zone.toLowerCase() === wanted);
  const cities = zones.filter((zone) => zone.toLowerCase().endsWith(`/${wanted}`));
  return exact ?? (cities.length === 1 ? cities[0] : null) ?? (isKnown(text.trim()) ? text.trim() : null);
}

/** Whether the browser knows a zone by a name that it does not list: some list Asia/Katmandu, and know Asia/Kathmandu. */
function isKnown(name) {
  if (!/^[A-Z][A-Za-z]+(\/[A-Z][\w+-]*)+$/.test(name)) return false;
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}

const isDate = (text) => DATE.test(text ?? "") && !Number.isNaN(Date.parse(text));
const oneOf = (names, value) => (names.includes(value) ? value : null);

/**
 * {metric, window, from, to, grain, compare, lines, zone, currency, filters, tables}; what names nothing is the usual. `filters` has a list of values
 * for each dimension, null for having none; `tables` the open table of each panel that the address names.
 */
export function read(search, told) {
  const asked = new URLSearchParams(search);
  const [from, to] = [asked.get("from"), asked.get("to")];
  const hasRange = isDate(from) && isDate(to) && from <= to;
  const filters = {};
  for (const [name, value] of asked) {
    if (told.filters.includes(name) && !filters[name]?.includes(value || null)) (filters[name] ??= []).push(value || null);
  }
  const open = Object.entries(told.panels).map(([panel, tables]) => [panel, oneOf(tables, asked.get(panel))]);
  return {
    metric: oneOf(told.metrics, asked.get("metric")) ?? "PageViews",
    window: oneOf([...GIVEN, ...CALENDAR], asked.get("window")) ?? "Last30Days",
    from: hasRange ? from : null,
    to: hasRange ? to : null,
    grain: oneOf(told.steps.map((step) => step.name), asked.get("grain")),
    compare: oneOf(COMPARISONS, asked.get("compare")) ?? "PreviousPeriod",
    lines: oneOf(LINES, asked.get("lines")) ?? "Website",
    zone: zoneNamed(asked.get("zone")) ?? ownZone(),
    currency: CURRENCY.test(asked.get("currency")) ? asked.get("currency") : null,
    filters,
    tables: Object.fromEntries(open.filter(([, table]) => table)),
  };
}

/** The address of a state, with its zone: who gets it sees the same days. */
export function write(state) {
  const told = new URLSearchParams({ metric: state.metric });
  if (state.from) {
    told.set("from", state.from);
    told.set("to", state.to);
  } else told.set("window", state.window);
  if (state.grain) told.set("grain", state.grain);
  if (state.compare !== "PreviousPeriod") told.set("compare", state.compare);
  if (state.lines !== "Website") told.set("lines", state.lines);
  told.set("zone", state.zone);
  if (state.currency) told.set("currency", state.currency);
  for (const [name, values] of Object.entries(state.filters)) for (const value of values) told.append(name, value ?? "");
  for (const [panel, table] of Object.entries(state.tables)) told.set(panel, table);
  return `/?${told.toString().replaceAll("%2F", "/").replaceAll("%3A", ":")}`;
}

/** The filters with one more value, or with one less. */
export function toggled(filters, dimension, value) {
  const held = filters[dimension] ?? [];
  const left = held.includes(value) ? held.filter((each) => each !== value) : [...held, value];
  const changed = { ...filters, [dimension]: left };
  if (!left.length) delete changed[dimension];
  return changed;
}
