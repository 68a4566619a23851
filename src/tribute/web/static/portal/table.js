// The table inside the figure: what the chart draws, for those who cannot see it or want to take it along.

import { amount } from "../words.js";
import { ALL } from "./series.js";
import { bucketInFile, bucketName } from "./times.js";

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

/** The columns: every line, then the true total where that is not the only line. */
const columns = ({ lines, all }) => (lines.length === 1 && lines[0].name === ALL ? lines : [...lines, all]);

/** Fill the table, newest bucket first; buckets before anything began are left out. */
export function fillTable(table, laid) {
  const told = columns(laid);
  const head = element("tr", {}, element("th", { scope: "col", textContent: laid.grain }),
    ...told.map(({ name }) => element("th", { scope: "col", className: "number", title: name }, named(name))));
  const rows = [];
  for (let index = laid.starts.length - 1; index >= 0; index -= 1) {
    if (told.every((line) => line.values[index] === null)) continue;
    const when = element("time", { dateTime: new Date(laid.starts[index]).toISOString(), textContent: bucketName(laid.starts[index], laid) });
    const first = element("th", { scope: "row" }, when);
    if (laid.isRunning && index === laid.starts.length - 1) first.append(" so far");
    rows.push(element("tr", {}, first, ...told.map((line) =>
      cell(line.name, amount(laid.metric, line.values[index], laid.currency), line === told.at(-1) ? "total" : ""))));
  }
  if (!rows.length) rows.push(element("tr", {}, element("td", { className: "muted", textContent: "No numbers in this range yet." })));
  table.tHead.replaceChildren(head);
  table.tBodies[0].replaceChildren(...rows);
}

/** The same as rows of text and plain numbers, oldest first. */
export function tableRows(laid) {
  const told = columns(laid);
  const rows = [[`${laid.grain.toLowerCase()} (${laid.zone})`, ...told.map((line) => line.name)]];
  laid.starts.forEach((start, index) => {
    if (told.some((line) => line.values[index] !== null)) rows.push([bucketInFile(start, laid), ...told.map((line) => line.values[index] ?? "")]);
  });
  return rows;
}
