// Draws laid-out series on a canvas with uPlot: time from left to right, zero at the bottom, the running bucket lighter, names at the lines' ends.

import { compact, tickName } from "../words.js";
import { endLabels } from "./end_labels.js";

export const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3], [14, 5]];
const OTHERS_DASH = [1, 4];
const NARROW = 560;

/** The colour and dash of a line; "others" are muted. */
export function styleOf(line) {
  const read = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return line.slot === null
    ? { colour: read("--muted"), dash: OTHERS_DASH }
    : { colour: read(`--series-${line.slot + 1}`), dash: DASHES[line.slot] };
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
      cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      scales: { x: { range: (_, min, max) => (min === max ? [min - 1, max + 1] : [min, max]) }, y: { range: (_, __, max) => [0, ceiling(max)] } },
      axes: [
        { ...axis, size: 32, space: this.#isNarrow() ? 56 : 72, incrs: steps(laid.hourly), values: (_, splits, __, ___, step) => splits.map((at) => tickName(at * 1000, step, laid.hourly)) },
        { ...axis, size: 48, space: 56, values: (_, splits) => splits.map(wholeOrNothing(laid)), grid: { show: true, stroke: colour.getPropertyValue("--line").trim(), width: 1 } },
      ],
      series: [{}, ...laid.lines.flatMap((line) => lineSeries(line, laid))],
      plugins: [endLabels(() => this.#laid, styleOf, font, muted)],
      hooks: { setCursor: [(plot) => this.#onPoint(plot.cursor.idx ?? null, plot.cursor.left + plot.bbox.left / devicePixelRatio)] },
    };
  }
}

/** x in seconds; for each line its finished buckets, then the step into the running one. */
function columns({ starts, lines }) {
  const last = starts.length - 1;
  const parts = lines.flatMap(({ values }) => [
    values.map((value, index) => (index < last ? value : null)),
    values.map((value, index) => (index >= last - 1 ? value : null)),
  ]);
  return [starts.map((start) => start / 1000), ...parts];
}

function lineSeries(line, { starts, lines }) {
  const { colour, dash } = styleOf(line);
  const alone = lines.length === 1;
  const lonely = line.values.filter((value) => value !== null).length <= 2;
  const common = { stroke: colour, width: 2, dash, spanGaps: false };
  return [
    { ...common, fill: alone ? `${colour}14` : undefined, points: { show: starts.length <= 32 || lonely, size: 5, fill: colour, stroke: colour } },
    { ...common, alpha: 0.45, fill: alone ? `${colour}14` : undefined, points: { show: true, filter: (plot) => [plot.data[0].length - 1], size: 5, fill: colour, stroke: colour } },
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
  return hourly ? [hour, 2 * hour, 3 * hour, 4 * hour, 6 * hour, 12 * hour] : [day, 2 * day, 3 * day, 5 * day, 7 * day, 10 * day, 14 * day, 30 * day, 60 * day, 90 * day];
}
