// The lines' names with their totals and changes, each with a sample of its colour and dash.

import { amount, changeOf } from "../words.js";
import { comparedStyle, isCompared, styleOf } from "./drawing.js";

const SVG = "http://www.w3.org/2000/svg";

/** Fill the list with what is drawn; a dashed sample stands for what it is compared with. */
export function showLegend(list, laid, wordsBefore) {
  const items = laid.lines.map((line) => {
    const name = Object.assign(document.createElement("bdi"), { textContent: line.name, title: line.name });
    const total = Object.assign(document.createElement("b"), { textContent: amount(laid.metric, line.total, laid.currency) });
    const change = Object.assign(document.createElement("span"), { className: "muted", textContent: changeOf(line.total, line.totalBefore) ?? "" });
    return entry(styleOf(line, laid), name, total, change);
  });
  if (isCompared(laid)) {
    const words = Object.assign(document.createElement("span"), { className: "muted", textContent: wordsBefore });
    items.push(entry(comparedStyle(), words));
  }
  list.replaceChildren(...items);
}

function entry(style, ...parts) {
  const item = document.createElement("li");
  item.append(sample(style), ...parts);
  return item;
}

function sample({ colour, dash, width = 2 }) {
  const picture = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ width: 24, height: 8, "aria-hidden": "true" })) picture.setAttribute(name, value);
  const stroke = document.createElementNS(SVG, "line");
  const drawn = { x1: 0, y1: 4, x2: 24, y2: 4, stroke: colour, "stroke-width": width, "stroke-dasharray": dash.join(" ") || "none" };
  for (const [name, value] of Object.entries(drawn)) stroke.setAttribute(name, value);
  picture.append(stroke);
  return picture;
}
