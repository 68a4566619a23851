// A uPlot plugin: the series' names at the ends of their lines, moved apart where they would overlap, and "so far" above the running bucket.

const LINE = 16;
const GAP = 10;

/** `laid()` gives what is drawn now; `styleOf(line)` its colour. */
export function endLabels(laid, styleOf, font, muted) {
  return { hooks: { draw: [(plot) => paint(plot, laid(), styleOf, font, muted)] } };
}

function paint(plot, { lines, starts, isRunning }, styleOf, font, muted) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const right = bbox.left + bbox.width;
  ctx.save();
  ctx.font = font.replace("12px", `${12 * ratio}px`);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const { line, y } of placed(plot, lines, ratio)) {
    ctx.fillStyle = styleOf(line).colour;
    ctx.fillText(cut(ctx, line.name, plot.ctx.canvas.width - right - GAP * ratio - 2), right + GAP * ratio, y);
  }
  if (isRunning && lines.some((line) => line.values[starts.length - 1] !== null)) {
    ctx.fillStyle = muted;
    ctx.textAlign = "right";
    ctx.fillText("so far", right + 4 * ratio, bbox.top - 10 * ratio);
  }
  ctx.restore();
}

/** Ends from top to bottom, each at least a line below the one before, all within the plot. */
function placed(plot, lines, ratio) {
  const ends = lines
    .map((line) => ({ line, y: plot.valToPos(line.values.at(-1) ?? line.values.findLast((value) => value !== null) ?? 0, "y", true) }))
    .sort((a, b) => a.y - b.y);
  const step = LINE * ratio;
  const bottom = plot.bbox.top + plot.bbox.height;
  ends.forEach((end, index) => { if (index) end.y = Math.max(end.y, ends[index - 1].y + step); });
  for (let index = ends.length - 1, limit = bottom; index >= 0; index -= 1, limit = ends[index + 1].y - step) {
    ends[index].y = Math.min(ends[index].y, limit);
  }
  return ends;
}

function cut(ctx, text, width) {
  if (ctx.measureText(text).width <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && ctx.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return `${letters.join("").trimEnd()}…`;
}
