// The table inside the figure: what the chart draws, for those who cannot see it or want to take it along.

import { amount, bucketInFile, bucketName } from "../words.js";

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};
const cell = (name, text, more = "") => {
  const made = element("td", { className: `number ${more}`, textContent: text });
  made.dataset.name = name; // a phone shows it beside the number
  return made;
};
const named = (text) => element("bdi", { textContent: text });

/** Fill the table, newest bucket first; buckets before anything began are left out. */
export function fillTable(table, laid, metric) {
  const { lines, starts, sums, hourly } = laid;
  const head = element("tr", {}, element("th", { scope: "col", textContent: `${hourly ? "Hour" : "Day"} (UTC)` }),
    ...lines.map(({ name }) => element("th", { scope: "col", className: "number", title: name }, named(name))),
    element("th", { scope: "col", className: "number", textContent: "Sum" }));
  const rows = [];
  for (let index = starts.length - 1; index >= 0; index -= 1) {
    if (lines.every((line) => line.values[index] === null)) continue;
    const when = element("time", { dateTime: new Date(starts[index]).toISOString(), textContent: bucketName(starts[index], hourly) });
    const first = element("th", { scope: "row" }, when);
    if (index === starts.length - 1) first.append(" so far");
    rows.push(element("tr", {}, first,
      ...lines.map((line) => cell(line.name, line.values[index] === null ? "–" : amount(metric, line.values[index]))),
      cell("Sum", amount(metric, sums[index]), "total")));
  }
  if (!rows.length) rows.push(element("tr", {}, element("td", { className: "muted", textContent: "No numbers in this window yet." })));
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...rows);
}

/** The same as text: commas or tabs between cells, oldest first, numbers as plain numbers. */
export function asText({ lines, starts, sums, hourly }, separator) {
  const rows = [[hourly ? "hour_utc" : "day_utc", ...lines.map((line) => line.name), "sum"]];
  starts.forEach((start, index) => {
    if (lines.some((line) => line.values[index] !== null)) {
      rows.push([bucketInFile(start, hourly), ...lines.map((line) => line.values[index] ?? ""), sums[index]]);
    }
  });
  return rows.map((row) => row.map((cell) => quoted(cell, separator)).join(separator)).join("\r\n") + "\r\n";
}

/** A name that a spreadsheet would run as a formula is told apart from one. */
function quoted(cell, separator) {
  if (typeof cell === "number") return String(cell);
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
