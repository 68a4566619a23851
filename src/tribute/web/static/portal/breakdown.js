// The breakdown tables: panels with a table each, whose rows filter on click. What is typed into links by others is only ever text.

import { amount, number, percent } from "../words.js";
import { toggled, write } from "./address.js";
import { csvAddress } from "./csv.js";
import { valueName } from "./names.js";
import { figure } from "./series.js";

const SVG = "http://www.w3.org/2000/svg";
const make = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

export class Panels {
  #sections;
  #told;
  #long = new Set();
  #shown = new Map();

  /** `onMore` is called when a table is to be asked for anew, longer or shorter. */
  constructor(sections, told, onMore) {
    this.#sections = new Map([...sections].map((section) => [section.dataset.panel, section]));
    this.#told = told;
    for (const [name, section] of this.#sections) {
      section.querySelector("[data-more]").addEventListener("click", () => {
        const key = this.#key(name, section);
        if (!this.#long.delete(key)) this.#long.add(key);
        onMore();
      });
    }
  }

  /** The tables of every panel, by panel. */
  static tables(sections) {
    return Object.fromEntries([...sections].map((section) => [section.dataset.panel, [...section.querySelectorAll("[data-tab]")].map((tab) => tab.dataset.tab)]));
  }

  /** What the open tables ask, by panel. */
  asked(state, input) {
    const metrics = ranked(state.metric, this.#told);
    return Object.fromEntries([...this.#sections].map(([name, section]) => {
      const by = openTable(section, state);
      return [name, { ...input, metrics, by, top: this.#long.has(`${name} ${by}`) ? this.#told.mostRows : this.#told.rows }];
    }));
  }

  /** Mark the open tables, and give each tab its address. */
  mark(state) {
    for (const [name, section] of this.#sections) {
      const open = openTable(section, state);
      for (const tab of section.querySelectorAll("[data-tab]")) {
        tab.href = write({ ...state, tables: { ...state.tables, [name]: tab.dataset.tab } });
        if (tab.dataset.tab !== open) tab.removeAttribute("aria-current");
        else {
          tab.setAttribute("aria-current", "true");
          section.querySelector("[data-dimension-head]").textContent = tab.dataset.head;
          section.querySelector("thead .definition").textContent = `${tab.dataset.definition} ${this.#told.share}`;
        }
      }
      section.dataset.metric = state.metric;
      showHeads(section, this.#told.columns[state.metric]);
    }
  }

  /** Say that other rows are on their way. */
  wait() {
    for (const section of this.#sections.values()) section.dataset.state = "waiting";
  }

  /** No other rows come. */
  settle() {
    for (const section of this.#sections.values()) delete section.dataset.state;
  }

  /** Fill the panels from the answers; what has not changed is left alone. */
  show(answers, state, input) {
    const questions = this.asked(state, input);
    for (const [name, section] of this.#sections) {
      const text = JSON.stringify([answers[name], state]);
      delete section.dataset.state;
      if (this.#shown.get(name) === text) continue;
      this.#shown.set(name, text);
      this.#fill(name, section, answers[name], state);
      section.querySelector("[data-panel-csv]").href = csvAddress({ ...questions[name], top: this.#told.mostRows });
    }
  }

  #fill(name, section, answer, state) {
    const by = openTable(section, state);
    const none = this.#told.heads[by].none;
    const metric = ranked(state.metric, this.#told)[0];
    const focused = section.contains(document.activeElement) ? document.activeElement.dataset.value : undefined;
    const all = answer.rows.map((row) => ({ ...row, label: valueName(by, row.value, none), isOthers: false }));
    if (answer.others) all.push({ ...answer.others, label: `${number(answer.values - answer.rows.length)} others`, isOthers: true });
    const whole = figure(answer.totals, metric) || 1;
    const rows = all.map((row) => rowOf(row, by, shareOf(figure(row, metric) / whole), state, this.#told.columns[state.metric], answer.currency));
    section.querySelector("[data-rows]").replaceChildren(...rows);
    if (focused !== undefined) section.querySelector(`[data-value="${CSS.escape(focused)}"]`)?.focus();
    const empty = section.querySelector("[data-panel-empty]");
    empty.hidden = rows.length > 0;
    empty.textContent = "Nothing in this range.";
    section.querySelector("[data-panel-foot]").hidden = rows.length === 0;
    const more = section.querySelector("[data-more]");
    const isLong = this.#long.has(`${name} ${by}`);
    more.hidden = !isLong && !answer.others;
    more.textContent = isLong ? "Show fewer" : "Show more";
  }

  #key(name, section) {
    return `${name} ${section.querySelector("[data-tab][aria-current]").dataset.tab}`;
  }
}

/** The metrics with the one that rows are ordered by first. */
export const ranked = (metric, told) => [...told.metrics].sort((a, b) => (b === told.ranked[metric]) - (a === told.ranked[metric]));

const shareOf = (part) => Math.max(0, Math.min(1, part));

/** What the numbers of the rows are, and what they mean. */
function showHeads(section, columns) {
  section.querySelectorAll("thead .number").forEach((head, index) => {
    head.className = `number ${columns[index].kind}`;
    head.querySelector(".asks").textContent = columns[index].label;
    head.querySelector(".definition").textContent = columns[index].definition;
  });
}

const openTable = (section, { tables }) => tables[section.dataset.panel] ?? section.querySelector("[data-tab]").dataset.tab;

function rowOf(row, by, share, state, columns, currency) {
  const isFiltered = !row.isOthers && (state.filters[by]?.includes(row.value) ?? false);
  const value = make("span", { className: row.value === null ? "value none" : "value", title: row.label });
  if (row.isOthers) value.append(row.label);
  else {
    const link = make("a", { href: write({ ...state, filters: toggled(state.filters, by, row.value) }) }, make("bdi", { textContent: row.label }));
    link.dataset.filter = by;
    link.dataset.value = JSON.stringify(row.value);
    if (isFiltered) link.setAttribute("aria-current", "true");
    value.append(link);
  }
  const head = make("th", { scope: "row" }, bar(share), value, make("span", { className: "percent", textContent: percent(share) }));
  const cells = columns.map(({ metric, kind }) => make("td", { className: `number ${kind}`, textContent: amount(metric, figure(row, metric), currency) }));
  return make("tr", { className: isFiltered ? "filtered" : "" }, head, ...cells);
}

function bar(share) {
  const picture = document.createElementNS(SVG, "svg");
  const part = document.createElementNS(SVG, "rect");
  picture.setAttribute("class", "share");
  picture.setAttribute("aria-hidden", "true");
  for (const [name, value] of Object.entries({ width: `${(100 * share).toFixed(2)}%`, height: "100%", rx: 4 })) part.setAttribute(name, value);
  picture.append(part);
  return picture;
}
