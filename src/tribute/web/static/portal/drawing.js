// How a chart is drawn: time from left to right, zero at the bottom, few grid lines, the running bucket lighter, names at the lines' ends.

import { axisWords } from "../words.js";
import { drawEnds } from "./end_labels.js";
import { ALL } from "./series.js";
import { ticks } from "./times.js";

const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 5]];
const OTHERS_DASH = [1, 4];
const COMPARED_DASH = [4, 4];
const NARROW = 560;
const DENSE = 120;
const MOST_COMPARED = 3;
const LIGHT = 0.45;
const LEAST_STEP = { Commissions: 0.01, Revenue: 0.01, EPC: 0.001, ConversionRate: 0.001 };

const isDense = (laid) => laid.starts.length > DENSE;

/** Whether the lines have what they are compared with beside them; of more than a few, their changes in words say enough. */
export const isCompared = ({ lines }) => lines.length <= MOST_COMPARED && lines.some((line) => line.totalBefore);

/** The colour and dash of a line; "others" are muted. Among very many buckets, or beside what is compared, only the names at the ends tell. */
export function styleOf(line, laid) {
  const colour = token(line.slot === null ? "--muted" : `--series-${line.slot + 1}`);
  const dash = line.slot === null ? OTHERS_DASH : DASHES[line.slot];
  return { colour, dash: isDense(laid) || isCompared(laid) ? [] : dash };
}

/** The look of what is compared, for the legend. */
export const comparedStyle = () => ({ colour: token("--muted"), dash: COMPARED_DASH, width: 1 });

/** Whether the lines have names at their ends: the whole alone needs none. */
export const isNamed = ({ lines }) => lines.length > 1 || lines[0]?.name !== ALL;

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Where things lie, in CSS pixels. What is taken back may be more than what came: then the plot goes below zero. */
export class Frame {
  constructor(laid, width, height) {
    this.isNarrow = width < NARROW;
    this.metric = laid.metric;
    this.currency = laid.currency;
    this.left = (this.isNarrow ? 40 : 48) + (laid.metric in LEAST_STEP ? 12 : 0);
    this.right = width - (isNamed(laid) ? (this.isNarrow ? 84 : 148) : 24);
    this.top = 20;
    this.bottom = height - 32;
    this.width = width;
    this.starts = laid.starts;
    const values = laid.lines.flatMap((line) => [...line.values, ...(isCompared(laid) ? line.before : [])]).filter((value) => value !== null);
    const least = LEAST_STEP[laid.metric] ?? 1;
    const [lowest, highest] = [Math.min(...values, 0), Math.max(...values, least)];
    this.step = gridStep(highest - lowest, Math.floor((this.bottom - this.top) / 56), least);
    this.highest = this.step * Math.ceil(highest / this.step);
    this.lowest = this.step * Math.floor(lowest / this.step);
  }

  x(index) {
    const [first, last] = [this.starts[0], this.starts.at(-1)];
    return first === last ? (this.left + this.right) / 2 : this.left + ((this.starts[index] - first) / (last - first)) * (this.right - this.left);
  }

  y(value) {
    return this.bottom - ((value - this.lowest) / (this.highest - this.lowest)) * (this.bottom - this.top);
  }

  /** The bucket nearest to a place. */
  nearest(left) {
    let best = 0;
    for (let index = 1; index < this.starts.length; index += 1) if (Math.abs(this.x(index) - left) < Math.abs(this.x(best) - left)) best = index;
    return best;
  }
}

/** The least pleasant distance of grid lines that needs no more than so many of them, and that is no smaller than `least`. */
function gridStep(height, most, least) {
  for (let magnitude = least; ; magnitude *= 10) {
    const step = [1, 2, 5].map((each) => each * magnitude).find((each) => height / each <= most);
    if (step) return step;
  }
}

/** Draw it all; `pointed` is the bucket that is pointed at, or null. */
export function draw(context, laid, frame, pointed) {
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const [muted, ground] = [token("--muted"), token("--line")];
  Object.assign(context, { font, textBaseline: "middle", lineJoin: "round", globalAlpha: 1 });
  drawGrid(context, frame, muted, ground);
  drawTimes(context, laid, frame, muted);
  for (const line of [...laid.lines].reverse()) drawLine(context, line, laid, frame);
  if (pointed !== null) drawPointed(context, laid, frame, pointed, muted);
  drawEnds(context, laid, frame, muted);
}

function drawGrid(context, frame, muted, ground) {
  Object.assign(context, { strokeStyle: ground, fillStyle: muted, lineWidth: 1, textAlign: "right" });
  for (let value = frame.lowest; value <= frame.highest + frame.step / 2; value += frame.step) {
    const y = Math.round(frame.y(value)) + 0.5;
    stroke(context, [[frame.left, y], [frame.right, y]]);
    context.fillText(axisWords(frame.metric, Math.abs(value) < frame.step / 2 ? 0 : value, frame.currency), frame.left - 8, y);
  }
}

function drawTimes(context, laid, frame, muted) {
  Object.assign(context, { fillStyle: muted, textAlign: "center" });
  for (const { index, text } of ticks(laid, (frame.right - frame.left) / (frame.isNarrow ? 56 : 72))) {
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.max(half, Math.min(frame.x(index), frame.width - half)), frame.bottom + 16);
  }
}

function drawLine(context, line, laid, frame) {
  const { colour, dash } = styleOf(line, laid);
  const at = (values) => values.map((value, index) => (value === null ? null : [frame.x(index), frame.y(value)]));
  const points = at(line.values);
  if (isCompared(laid) && line.before) drawPath(context, at(line.before), { strokeStyle: colour, lineWidth: 1, globalAlpha: 0.7 }, COMPARED_DASH);
  if (laid.lines.length === 1) fillBelow(context, points, frame, colour);
  const style = { strokeStyle: colour, fillStyle: colour, lineWidth: isDense(laid) ? 1.25 : 2 };
  const [first, last] = [laid.isCut ? 1 : 0, laid.starts.length - (laid.isRunning ? 2 : 1)];
  drawPath(context, points.map((point, index) => (index >= first && index <= last ? point : null)), { ...style, globalAlpha: 1 }, dash);
  drawPath(context, points.map((point, index) => (index <= first ? point : null)), { ...style, globalAlpha: LIGHT }, dash);
  drawPath(context, points.map((point, index) => (index >= last ? point : null)), { ...style, globalAlpha: LIGHT }, dash);
  const hasDots = laid.starts.length <= (frame.isNarrow ? 10 : 32);
  points.forEach((point, index) => {
    const isAlone = !points[index - 1] && !points[index + 1];
    const isLast = index === points.length - 1 && laid.isRunning;
    if (point && (hasDots || isAlone || isLast)) dot(context, point, 2.5, index < first || index > last ? LIGHT : 1);
  });
  context.globalAlpha = 1;
}

/** A line through the points, with gaps where there are none; one point alone is no line. */
function drawPath(context, points, style, dash) {
  Object.assign(context, style);
  context.setLineDash(dash);
  context.beginPath();
  points.forEach((point, index) => {
    if (!point) return;
    if (points[index - 1]) context.lineTo(...point);
    else context.moveTo(...point);
  });
  context.stroke();
  context.setLineDash([]);
}

function fillBelow(context, points, frame, colour) {
  const drawn = points.filter(Boolean);
  if (drawn.length < 2) return;
  Object.assign(context, { fillStyle: colour, globalAlpha: 0.08 });
  context.beginPath();
  context.moveTo(drawn[0][0], frame.y(0));
  for (const point of drawn) context.lineTo(...point);
  context.lineTo(drawn.at(-1)[0], frame.y(0));
  context.fill();
  context.globalAlpha = 1;
}

function drawPointed(context, laid, frame, pointed, muted) {
  const x = Math.round(frame.x(pointed)) + 0.5;
  Object.assign(context, { strokeStyle: muted, lineWidth: 1 });
  stroke(context, [[x, frame.top], [x, frame.bottom]]);
  for (const line of laid.lines) {
    if (line.values[pointed] === null) continue;
    context.fillStyle = styleOf(line, laid).colour;
    dot(context, [frame.x(pointed), frame.y(line.values[pointed])], 4, 1);
  }
}

function stroke(context, [from, to]) {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

function dot(context, [x, y], radius, alpha) {
  context.globalAlpha = alpha;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}
