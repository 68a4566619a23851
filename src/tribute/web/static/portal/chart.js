// A laid-out metric on a canvas: sized to its place, redrawn at once when that changes, and pointed at by mouse, touch and keyboard.

import { Frame, draw } from "./drawing.js";

/** A chart in `place`. `onPoint(index | null, left)` tells which bucket is pointed at, and how far from the left it is. */
export class Chart {
  #place;
  #canvas = document.createElement("canvas");
  #onPoint;
  #laid = null;
  #frame = null;
  #pointed = null;
  #request = 0;

  constructor(place, onPoint) {
    this.#place = place;
    this.#onPoint = onPoint;
    this.#canvas.hidden = true;
    place.append(this.#canvas);
    new ResizeObserver(() => this.#paint()).observe(place);
    for (const kind of ["pointerdown", "pointermove"]) place.addEventListener(kind, (event) => this.#follow(event));
    place.addEventListener("pointerleave", () => this.point(null));
  }

  draw(laid) {
    const isOther = laid.starts.length !== this.#laid?.starts.length || laid.starts[0] !== this.#laid.starts[0];
    this.#laid = laid;
    this.#canvas.hidden = false;
    this.#paint();
    if (isOther) this.point(null);
    else if (this.#pointed !== null) this.point(this.#pointed); // the tip tells the new numbers
  }

  clear() {
    this.#laid = null;
    this.#canvas.hidden = true;
    this.point(null);
  }

  /** Point at a bucket; null points at none. */
  point(index) {
    this.#pointed = index;
    this.#onPoint(index, index === null || !this.#frame ? 0 : this.#frame.x(index));
    cancelAnimationFrame(this.#request);
    this.#request = requestAnimationFrame(() => this.#paint());
  }

  #follow(event) {
    if (!this.#laid) return;
    const index = this.#frame.nearest(event.clientX - this.#canvas.getBoundingClientRect().left);
    if (index !== this.#pointed) this.point(index);
  }

  #paint() {
    const [width, height] = [this.#place.clientWidth, this.#place.clientHeight];
    if (!this.#laid || !width) return;
    const ratio = devicePixelRatio;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== across || this.#canvas.height !== down) Object.assign(this.#canvas, { width: across, height: down });
    this.#frame = new Frame(this.#laid, width, height);
    const context = this.#canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    draw(context, this.#laid, this.#frame, this.#pointed);
  }
}
