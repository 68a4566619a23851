// What is shown, to take along: an address of the REST API that answers with CSV, and rows as text that a spreadsheet reads and never runs.

const WINDOWS = { Last24Hours: "24h", Last7Days: "7d", Last30Days: "30d", Last90Days: "90d", Last365Days: "365d" };
const snake = (name) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** The address at which a question (an AnalyticsInput) is answered as CSV. */
export function csvAddress({ metrics, window, from, to, zone, grain, by, top, compare, currency, filters }) {
  const told = new URLSearchParams({ metrics: metrics.map(snake).join(",") });
  const parts = { window: WINDOWS[window], from, to, zone, grain: grain && snake(grain), by: by && snake(by), top, compare: compare && snake(compare), currency };
  for (const [name, value] of Object.entries(parts)) if (value) told.set(name, value);
  for (const filter of filters) for (const value of filter.in) told.append(`filter[${snake(filter.by)}]`, value ?? "");
  told.set("format", "csv");
  return `/api/v1/analytics?${told}`;
}

/** Cells joined by commas or tabs; numbers stay plain numbers. */
export const asText = (rows, separator) => rows.map((row) => row.map((cell) => quoted(cell, separator)).join(separator)).join("\r\n") + "\r\n";

/** A name that a spreadsheet would run as a formula is told apart from one. */
function quoted(cell, separator) {
  if (typeof cell === "number") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
