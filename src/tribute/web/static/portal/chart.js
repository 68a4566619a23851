// Draws laid-out series on a canvas with uPlot: time from left to right, zero at the bottom, the running bucket lighter, names at the lines' ends.

import { compact, tickName } from "../words.js";
import { endLabels } from "./end_labels.js";

export const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 5]];
const OTHERS_DASH = [1, 4];
const NARROW = 560;
const DENSE = 120;

/** Whether there are more buckets than a line with dashes can show. */
export const isDense = (laid) => laid.starts.length > DENSE;

/** The colour and dash of a line; "others" are muted. A year of days is too dense for dashes: there the names at the ends tell. */
export function styleOf(line, isDense = false) {
  const read = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const dash = line.slot === null ? OTHERS_DASH : DASHES[line.slot];
  return { colour: read(line.slot === null ? "--muted" : `--series-${line.slot + 1}`), dash: isDense ? [] : dash };
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
    const shape = JSON.stringify([laid.starts, laid.lines.map((line) => [line.name, line.slot]), document.documentElement.dataset.theme, this.#isNarrow()]);
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
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: { x: { range: (_, min, max) => (min === max ? [min - 1, max + 1] : [min, max]) }, y: { range: (_, __, max) => [0, ceiling(max)] } },
      axes: [
        { ...axis, size: 32, space: this.#isNarrow() ? 56 : 72, incrs: steps(laid.hourly), values: (_, splits, __, ___, step) => splits.map((at) => tickName(at * 1000, step, laid.hourly)) },
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

/** x in seconds; for each line its whole buckets, then the steps from the one that the window cuts and into the running one. */
function columns({ starts, lines }) {
  const last = starts.length - 1;
  const parts = lines.flatMap(({ values }) => [
    values.map((value, index) => (index > 0 && index < last ? value : null)),
    values.map((value, index) => (index <= 1 || index >= last - 1 ? value : null)),
  ]);
  return [starts.map((start) => start / 1000), ...parts];
}

function lineSeries(line, laid, isNarrow) {
  const { colour, dash } = styleOf(line, isDense(laid));
  const points = { show: laid.starts.length <= (isNarrow ? 10 : 32), size: 5, fill: colour, stroke: colour };
  const common = { stroke: colour, width: isDense(laid) ? 1.25 : 2, dash, spanGaps: false, fill: laid.lines.length === 1 ? `${colour}14` : undefined };
  return [
    { ...common, points },
    { ...common, alpha: 0.45, points: { ...points, show: true, filter: (plot) => (points.show ? [0, plot.data[0].length - 1] : [plot.data[0].length - 1]) } },
  ];
}

/** The least pleasant number at or above: the top grid line. */
function ceiling(max) {
  if (!(max > 0)) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(max));
  return magnitude * [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((step) => step * magnitude >= max);
}

const wholeOrNothing = (laid) => (value) => (laid.total > 0 && !Number.isInteger(value) && value < 10 ? "" : compact(value));

function steps(hourly) {
  const [hour, day] = [3600, 86400];
  return hourly ? [hour, 2 * hour, 3 * hour, 4 * hour, 6 * hour, 12 * hour] : [1, 2, 3, 5, 7, 10, 14, 30, 60, 90, 120, 180].map((days) => days * day);
}
