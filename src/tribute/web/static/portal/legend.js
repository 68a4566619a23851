// The lines' names with their sums, each with a sample of its colour and dash.

import { amount } from "../words.js";
import { isDense, styleOf } from "./chart.js";

const SVG = "http://www.w3.org/2000/svg";

/** Fill the list with what is drawn. */
export function showLegend(list, laid, metric) {
  list.replaceChildren(...laid.lines.map((line) => {
    const item = document.createElement("li");
    const name = Object.assign(document.createElement("bdi"), { textContent: line.name, title: line.name });
    const sum = Object.assign(document.createElement("b"), { textContent: amount(metric, line.total) });
    item.append(sample(styleOf(line, isDense(laid))), name, sum);
    return item;
  }));
}

function sample({ colour, dash }) {
  const picture = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ width: 24, height: 8, "aria-hidden": "true" })) picture.setAttribute(name, value);
  const stroke = document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ x1: 0, y1: 4, x2: 24, y2: 4, stroke: colour, "stroke-width": 2, "stroke-dasharray": dash.join(" ") || "none" })) {
    stroke.setAttribute(name, value);
  }
  picture.append(stroke);
  return picture;
}
