// Draws laid-out series on a canvas with uPlot: time from left to right, zero at the bottom, the running bucket lighter, names at the lines' ends.

import { compact } from "../words.js";
import { endLabels } from "./end_labels.js";
import { ticks } from "./times.js";

export const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 5]];
const OTHERS_DASH = [1, 4];
const NARROW = 560;
const DENSE = 120;
const DAY = 86_400;
const STEPS = [1, 3600, DAY, 7 * DAY, 28 * DAY, 91 * DAY, 365 * DAY]; // only how far names must be apart; which buckets have one is for ticks()

const MOST_COMPARED = 3;

/** Whether there are more buckets than a line with dashes can show. */
const isDense = (laid) => laid.starts.length > DENSE;

/** Whether the lines have what they are compared with beside them; of more than a few, their changes in words say enough. */
export const isCompared = ({ lines }) => lines.length <= MOST_COMPARED && lines.some((line) => line.before);

/** Whether the lines are whole: dashes would be lost among very many buckets, and are taken when they stand for what is compared. */
export const isSolid = (laid) => isDense(laid) || isCompared(laid);

/** The colour and dash of a line; "others" are muted. Of solid lines the names at their ends tell which is which. */
export function styleOf(line, solid = false) {
  const read = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const dash = line.slot === null ? OTHERS_DASH : DASHES[line.slot];
  return { colour: read(line.slot === null ? "--muted" : `--series-${line.slot + 1}`), dash: solid ? [] : dash };
}

/** A chart in `place`. `onPoint(index | null, left)` tells which bucket is pointed at. */
export class Chart {
  #place;
  #onPoint;
  #plot = null;
  #shape = "";
  #laid = null;

  constructor(place, onPoint) {
    this.#place = place;
    this.#onPoint = onPoint;
    new ResizeObserver(() => this.#fit()).observe(place);
    place.addEventListener("pointerdown", (event) => this.#touch(event));
    place.addEventListener("pointermove", (event) => this.#touch(event));
  }

  /** Draw; the same lines with other numbers are drawn in place, anything else anew. */
  draw(laid) {
    this.#laid = laid;
    const shape = JSON.stringify([laid.starts, laid.grain, laid.zone, laid.lines.map((line) => [line.name, line.slot, isCompared(laid)]), document.documentElement.dataset.theme, this.#isNarrow()]);
    if (shape === this.#shape) {
      this.#plot.setData(columns(laid));
      return;
    }
    this.clear();
    this.#shape = shape;
    this.#plot = new uPlot(this.#options(laid), columns(laid), this.#place);
  }

  clear() {
    this.#plot?.destroy();
    this.#plot = null;
    this.#shape = "";
  }

  /** Point at a bucket, as the keyboard does; null points at none. */
  point(index) {
    if (!this.#plot) return;
    const left = index === null ? -10 : this.#plot.valToPos(this.#plot.data[0][index], "x");
    this.#plot.setCursor({ left, top: index === null ? -10 : 0 });
  }

  #isNarrow() {
    return this.#place.clientWidth < NARROW;
  }

  #named() {
    return ticks(this.#laid, this.#place.clientWidth / (this.#isNarrow() ? 72 : 84));
  }

  #fit() {
    if (!this.#plot || !this.#place.clientWidth) return;
    this.#plot.setSize({ width: this.#place.clientWidth, height: this.#place.clientHeight });
    this.draw(this.#laid);
  }

  #touch(event) {
    if (event.pointerType === "mouse" || !this.#plot) return;
    const box = this.#plot.over.getBoundingClientRect();
    this.#plot.setCursor({ left: event.clientX - box.left, top: 0 });
  }

  #options(laid) {
    const colour = getComputedStyle(document.documentElement);
    const muted = colour.getPropertyValue("--muted").trim();
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: muted, font, ticks: { show: false }, grid: { show: false } };
    return {
      width: this.#place.clientWidth,
      height: this.#place.clientHeight,
      padding: [20, this.#isNarrow() ? 84 : 148, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 }, move: (plot, left, top) => [onBucket(plot, left), top] },
      scales: { x: { range: (_, min, max) => (min === max ? [min - 1, max + 1] : [min, max]) }, y: { range: (_, __, max) => [0, ceiling(max)] } },
      axes: [
        { ...axis, size: 32, incrs: STEPS, splits: () => this.#named().map(({ index }) => laid.starts[index] / 1000), values: () => this.#named().map(({ text }) => text) },
        { ...axis, size: 48, space: 56, values: (_, splits) => splits.map(wholeOrNothing(laid)), grid: { show: true, stroke: colour.getPropertyValue("--line").trim(), width: 1 } },
      ],
      series: [{}, ...laid.lines.flatMap((line) => lineSeries(line, laid, this.#isNarrow()))],
      plugins: [endLabels(() => this.#laid, styleOf, font, muted)],
      hooks: { setCursor: [(plot) => this.#onPoint(plot.cursor.idx ?? null, plot.cursor.left + plot.bbox.left / devicePixelRatio)] },
    };
  }
}

/** The cursor's line stands on a bucket, not between two. */
const onBucket = (plot, left) => (left < 0 ? left : plot.valToPos(plot.data[0][plot.posToIdx(left)], "x"));

/** x in seconds; for each line its whole buckets, then the steps from one that the range cuts and into a running one, then what is compared. */
function columns(laid) {
  const { starts, lines, isCut, isRunning } = laid;
  const last = starts.length - 1;
  const isWhole = (index) => (index > 0 || !isCut) && (index < last || !isRunning);
  const parts = lines.flatMap(({ values, before }) => [
    values.map((value, index) => (isWhole(index) ? value : null)),
    values.map((value, index) => ((isCut && index <= 1) || (isRunning && index >= last - 1) ? value : null)),
    ...(isCompared(laid) ? [before] : []),
  ]);
  return [starts.map((start) => start / 1000), ...parts];
}

function lineSeries(line, laid, isNarrow) {
  const { colour, dash } = styleOf(line, isSolid(laid));
  const points = { show: laid.starts.length <= (isNarrow ? 10 : 32), size: 5, fill: colour, stroke: colour };
  const common = { stroke: colour, width: isDense(laid) ? 1.25 : 2, dash, spanGaps: false, fill: laid.lines.length === 1 ? `${colour}14` : undefined };
  const cut = (plot) => [...(laid.isCut ? [0] : []), ...(laid.isRunning ? [plot.data[0].length - 1] : [])];
  return [
    { ...common, points },
    { ...common, alpha: 0.45, points: { ...points, show: true, filter: (plot) => (points.show ? cut(plot) : cut(plot).slice(-1)) } },
    ...(isCompared(laid) ? [{ stroke: colour, width: 1, dash: [4, 4], alpha: 0.6, points: { show: false } }] : []),
  ];
}

/** The least pleasant number at or above: the top grid line. */
function ceiling(max) {
  if (!(max > 0)) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(max));
  return magnitude * [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * magnitude >= max);
}

const wholeOrNothing = (laid) => (value) => (laid.all.total > 0 && !Number.isInteger(value) && value < 10 ? "" : compact(value));
