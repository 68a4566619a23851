// One bucket's values, read by mouse, touch and arrow keys alike: a box beside the pointer, and a sentence for screen readers.

import { amount } from "../words.js";
import { bucketName, clockIn } from "./times.js";

const node = (name, text, className = "") => Object.assign(document.createElement(name), { textContent: text, className });

export class Tip {
  #box;
  #spoken;

  constructor(box, spoken) {
    this.#box = box;
    this.#spoken = spoken;
  }

  /** Show a bucket at `left` pixels; null hides it. */
  show(laid, index, left) {
    this.#box.hidden = index === null;
    if (index === null) return;
    const list = document.createElement("dl");
    for (const { name, value, kind } of values(laid, index)) {
      const term = node("dt", "", kind);
      term.append(node("bdi", name));
      list.append(term, node("dd", value, kind));
    }
    this.#box.replaceChildren(node("strong", when(laid, index)), list);
    const room = this.#box.parentElement.clientWidth;
    const beside = left + 16 + this.#box.offsetWidth <= room ? left + 16 : left - 16 - this.#box.offsetWidth;
    this.#box.style.transform = `translateX(${Math.max(0, Math.min(beside, room - this.#box.offsetWidth))}px)`;
  }

  /** Say a bucket aloud. */
  say(laid, index) {
    this.#spoken.textContent = `${when(laid, index)}: ${values(laid, index).map(({ name, value }) => `${name} ${value}`).join(", ")}`;
  }
}

/** The bucket's name; the range may cut its first bucket, and its last may still be running. */
function when({ starts, isCut, isRunning, from, zone, ...laid }, index) {
  const part = isRunning && index === starts.length - 1 ? ", so far" : isCut && index === 0 ? `, from ${clockIn(from, zone)}` : "";
  return bucketName(starts[index], { ...laid, zone }) + part;
}

/** Each line, the total where there are several, and what the total was in the bucket compared with. */
function values(laid, index) {
  const { lines, all, metric, currency, startsBefore } = laid;
  const told = lines.map((line) => ({ name: line.name, value: amount(metric, line.values[index], currency), kind: "" }));
  if (lines.length > 1) told.push({ name: all.name, value: amount(metric, all.values[index], currency), kind: "sum" });
  const before = all.before?.[index] ?? null;
  if (before !== null) told.push({ name: bucketName(startsBefore[index], laid), value: amount(metric, before, currency), kind: "past" });
  return told;
}
