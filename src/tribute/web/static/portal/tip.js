// One bucket's values, read by mouse, touch and arrow keys alike: a box beside the pointer, and a sentence for screen readers.

import { amount, bucketName, clockUtc } from "../words.js";

const node = (name, text, className = "") => Object.assign(document.createElement(name), { textContent: text, className });

export class Tip {
  #box;
  #spoken;

  constructor(box, spoken) {
    this.#box = box;
    this.#spoken = spoken;
  }

  /** Show a bucket at `left` pixels; null hides it. */
  show(laid, metric, index, left) {
    this.#box.hidden = index === null;
    if (index === null) return;
    const title = node("strong", when(laid, index));
    const list = document.createElement("dl");
    for (const [name, value] of values(laid, metric, index)) {
      const term = document.createElement("dt");
      term.append(node("bdi", name));
      list.append(term, node("dd", value));
    }
    if (laid.lines.length > 1) list.append(node("dt", "Sum", "sum"), node("dd", amount(metric, laid.sums[index]), "sum"));
    this.#box.replaceChildren(title, list);
    const room = this.#box.parentElement.clientWidth;
    const beside = left + 16 + this.#box.offsetWidth <= room ? left + 16 : left - 16 - this.#box.offsetWidth;
    this.#box.style.transform = `translateX(${Math.max(0, Math.min(beside, room - this.#box.offsetWidth))}px)`;
  }

  /** Say a bucket aloud. */
  say(laid, metric, index) {
    const parts = values(laid, metric, index).map(([name, value]) => `${name} ${value}`);
    this.#spoken.textContent = `${when(laid, index)}: ${parts.join(", ")}; sum ${amount(metric, laid.sums[index])}`;
  }
}

/** The bucket's name; the window cuts its first bucket, and its last is still running. */
function when({ starts, hourly, from }, index) {
  const part = index === starts.length - 1 ? ", so far" : index === 0 ? `, from ${clockUtc(from)}` : "";
  return bucketName(starts[index], hourly) + part;
}

const values = ({ lines }, metric, index) =>
  lines.map((line) => [line.name, line.values[index] === null ? "–" : amount(metric, line.values[index])]);
