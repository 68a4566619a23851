// What can be chosen besides the metric: the range and its dates, steps, comparison, lines and zone; and the chips of the filters that hold.

import { toggled, write, zoneNamed } from "./address.js";
import { dateIn, dates, days, fits, rangeWords, stepOf } from "./ranges.js";
import { valueName } from "./names.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const form = find("choices");
const range = find("range");
const label = find("range-label");
const dateForm = find("dates");
const mark = (link, current) => (current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));

/** Show what the state says, with an address on every link. */
export function showChoices(state, now, told) {
  const links = [...document.querySelectorAll("nav [data-window]")];
  for (const link of links) {
    mark(link, !state.from && link.dataset.window === state.window);
    link.href = write({ ...state, window: link.dataset.window, from: null, to: null });
  }
  const inside = links.find((link) => range.contains(link) && link.hasAttribute("aria-current"));
  label.textContent = state.from ? rangeWords(state.from, state.to) : (inside?.textContent ?? "More");
  mark(label, Boolean(state.from || inside));
  const today = dateIn(state.zone, now);
  const [from, to] = dates(state, now) ?? ["", ""];
  for (const [input, value] of [[dateForm.elements.from, from], [dateForm.elements.to, to]]) {
    input.max = today;
    if (!range.open) input.value = value;
  }
  const step = stepOf(state, now, told);
  for (const option of form.elements.grain.options) option.disabled = !fits(told.steps.find((each) => each.name === option.value), days(state, now), told);
  form.elements.grain.value = step.name;
  form.elements.compare.value = state.compare;
  form.elements.lines.value = state.lines;
  if (document.activeElement !== form.elements.zone) form.elements.zone.value = state.zone;
  showChips(state, told);
}

function showChips(state, told) {
  const list = find("chips");
  const chips = Object.entries(state.filters).flatMap(([dimension, values]) => values.map((value) => chip(state, dimension, value, told)));
  const focused = document.activeElement?.dataset?.chip;
  list.replaceChildren(...chips);
  list.hidden = chips.length === 0;
  if (focused) (list.querySelector(`[data-chip="${CSS.escape(focused)}"]`) ?? list.querySelector("a") ?? find("chart")).focus();
}

function chip(state, dimension, value, told) {
  const { head, none } = told.heads[dimension];
  const name = valueName(dimension, value, none);
  const link = document.createElement("a");
  link.href = write({ ...state, filters: toggled(state.filters, dimension, value) });
  link.setAttribute("aria-label", `Remove the filter ${head}: ${name}`);
  Object.assign(link.dataset, { chip: `${dimension} ${value ?? ""}`, filter: dimension, value: JSON.stringify(value) });
  const part = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  link.append(part("span", head, { className: "muted" }), " ", part("bdi", name, { title: name }), " ", part("span", "×", { ariaHidden: "true" }));
  const item = document.createElement("li");
  item.append(link);
  return item;
}

/** Call `choose(changes)` with each choice. */
export function listen(choose) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (target.name === "zone") chooseZone(target, choose);
    else choose({ [target.name]: target.value });
  });
  const zone = form.elements.zone;
  zone.addEventListener("focus", () => {
    fillZones();
    zone.select(); // what is typed then searches among all
  });
  dateForm.addEventListener("submit", (event) => {
    event.preventDefault();
    const [from, to] = [dateForm.elements.from.value, dateForm.elements.to.value];
    const problem = find("dates-problem");
    problem.hidden = from <= to;
    problem.textContent = "The range ends before it begins. Choose a later end.";
    if (from > to) return;
    range.open = false;
    choose({ from, to });
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !range.open) return;
    range.open = false;
    label.focus();
  });
  addEventListener("click", ({ target }) => {
    if (range.open && !range.contains(target)) range.open = false;
  });
}

/** Close the sheet of ranges. */
export const closeRange = () => { range.open = false; };

function chooseZone(input, choose) {
  const zone = zoneNamed(input.value);
  const problem = find("zone-problem");
  problem.hidden = zone !== null;
  input.ariaInvalid = zone === null ? "true" : null;
  problem.textContent = `No zone is called “${input.value}”. Type a city, such as Stockholm, and choose from the list.`;
  if (zone === null) return;
  input.value = zone;
  choose({ zone });
}

function fillZones() {
  const list = find("zones");
  if (list.children.length) return;
  list.append(...["UTC", ...Intl.supportedValuesOf("timeZone")].map((name) => Object.assign(document.createElement("option"), { value: name })));
}
