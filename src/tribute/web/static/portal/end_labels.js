// The series' names at the ends of their lines, moved apart where they would overlap, and "so far" above the running bucket.

import { isNamed, styleOf } from "./drawing.js";

const LINE = 16;
const GAP = 10;

/** Draw the names on a canvas whose unit is the CSS pixel. */
export function drawEnds(context, laid, frame, muted) {
  const { lines, isRunning } = laid;
  context.textAlign = "left";
  for (const { line, y } of isNamed(laid) ? placed(lines, frame) : []) {
    context.fillStyle = styleOf(line, laid).colour;
    context.fillText(cut(context, line.name, frame.width - frame.right - GAP - 2), frame.right + GAP, y);
  }
  if (isRunning && lines.some((line) => line.values.at(-1) !== null)) {
    Object.assign(context, { fillStyle: muted, textAlign: "right" });
    context.fillText("so far", frame.right + 4, frame.top - 10);
  }
}

/** Ends from top to bottom, each at least a line below the one before, all within the plot. */
function placed(lines, frame) {
  const ends = lines
    .map((line) => ({ line, y: frame.y(line.values.at(-1) ?? line.values.findLast((value) => value !== null) ?? 0) }))
    .sort((a, b) => a.y - b.y);
  ends.forEach((end, index) => { if (index) end.y = Math.max(end.y, ends[index - 1].y + LINE); });
  for (let index = ends.length - 1, limit = frame.bottom; index >= 0; index -= 1, limit = ends[index + 1].y - LINE) {
    ends[index].y = Math.min(ends[index].y, limit);
  }
  return ends;
}

function cut(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && context.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}
