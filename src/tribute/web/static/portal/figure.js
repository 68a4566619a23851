// The figure: one laid-out metric as chart, legend, tip and table, with what it says when there is nothing to draw.

import { copyFrom } from "../controls.js";
import { amount } from "../words.js";
import { Chart } from "./chart.js";
import { asText } from "./csv.js";
import { showLegend } from "./legend.js";
import { fillTable, tableRows } from "./table.js";
import { Tip } from "./tip.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const place = find("figure");
const numbers = find("numbers");
const UNITS = { Hour: "hours", Day: "days", Week: "weeks", Month: "months" };
const NO_SALES = ["No sales yet.", "When a sale that your link brought is recorded, it shows here, with what it earned you."];
const NOTHING = {
  PageViews: ["No page views yet.", "Share your link and the first visit shows here within a second."],
  Visitors: ["No visitors yet.", "Share your link and the first visit shows here within a second."],
  Clicks: ["No clicks yet.", "Share your link and the first click shows here within a second."],
};

export class Figure {
  #laid = null;
  #pointed = null;
  #tip = new Tip(find("tip"), find("spoken"));
  #chart = new Chart(find("chart"), (index, left) => {
    this.#pointed = index;
    if (this.#laid) this.#tip.show(this.#laid, index, left);
  });

  constructor() {
    find("chart").addEventListener("keydown", (event) => this.#key(event));
    find("chart").addEventListener("blur", () => this.#chart.point(null));
    addEventListener("tribute:theme", () => this.#draw());
    numbers.addEventListener("toggle", () => { if (numbers.open && this.#laid) fillTable(find("table"), this.#laid); });
    find("table-tools").hidden = false;
    find("copy-table").addEventListener("click", (event) => { if (this.#laid) copyFrom(event.currentTarget, asText(tableRows(this.#laid), "\t")); });
    numbers.open = false;
    numbers.dataset.ready = "";
  }

  /** Other numbers are on their way. */
  wait(caption) {
    find("caption").textContent = caption;
    place.dataset.state = "waiting";
  }

  /**
   * Show what is laid out. `csv` is where the numbers are told as CSV. `hasMore` says that there is more outside of what is asked.
   */
  show(laid, { caption, metric, wordsBefore, csv, hasMore, isFiltered }) {
    this.#laid = laid;
    find("csv").href = csv;
    find("caption").textContent = caption;
    delete place.dataset.state;
    find("skeleton").hidden = true;
    const isEmpty = !laid.lines.length;
    find("empty").hidden = !isEmpty;
    [find("empty-title").textContent, find("empty-text").textContent] = emptyWords(metric, hasMore, isFiltered);
    this.#draw();
    showLegend(find("legend"), laid, wordsBefore);
    if (numbers.open) fillTable(find("table"), laid);
    this.#summarise(caption, metric);
  }

  #draw() {
    if (this.#laid?.lines.length) this.#chart.draw(this.#laid);
    else this.#chart.clear();
  }

  /** What the figure shows, for screen readers and for tests. */
  #summarise(caption, metric) {
    const laid = this.#laid;
    const words = (value) => amount(laid.metric, value, laid.currency);
    const sum = `${words(laid.all.total)}. ${laid.lines.map((line) => `${line.name} ${words(line.total)}`).join(", ")}`;
    find("chart").setAttribute("aria-label", `${caption}: ${sum}. Arrow keys read single ${UNITS[laid.grain]}.`);
    place.dataset.drawn = JSON.stringify({
      address: location.search, metric, grain: laid.grain, zone: laid.zone, buckets: laid.starts.length,
      total: laid.all.total ?? 0, before: laid.all.totalBefore ?? null, currency: laid.currency,
    });
  }

  #key(event) {
    if (!this.#laid) return;
    const last = this.#laid.starts.length - 1;
    const at = this.#pointed;
    const to = { ArrowLeft: Math.max(0, (at ?? last + 1) - 1), ArrowRight: Math.min(last, (at ?? -1) + 1), Home: 0, End: last, Escape: null }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#chart.point(to);
    if (to !== null) this.#tip.say(this.#laid, to);
  }
}

/** Nothing at all is one thing, nothing in this range or with these filters another. */
function emptyWords(metric, hasMore, isFiltered) {
  if (!hasMore) return NOTHING[metric] ?? NO_SALES;
  return isFiltered ? ["Nothing with these filters.", "Remove one above to see more."] : ["Nothing in this range.", "There is more in a longer one: choose it above."];
}
