// The overview: what the address says is what is drawn. Fetches a window's three metrics, shows them as cards, chart, legend and table.

import { amount, clock } from "../words.js";
import { copyFrom } from "../controls.js";
import { SignedOut, ask } from "./api.js";
import { Chart } from "./chart.js";
import { Freshness } from "./freshness.js";
import { showLegend } from "./legend.js";
import { isHourly, lay } from "./series.js";
import { asText, fillTable } from "./table.js";
import { Tip } from "./tip.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const overview = find("overview");
const figure = find("figure");
const numbers = find("numbers");
const cards = [...document.querySelectorAll("[data-metric-card]")];
const windows = [...document.querySelectorAll("nav [data-window]")];
const beginnings = JSON.parse(overview.dataset.beginnings);
const EMPTY = {
  PageViews: ["No page views yet.", "Share your link and the first visit shows here within a second."],
  Visitors: ["No visitors yet.", "Share your link and the first visit shows here within a second."],
  Commissions: ["No commissions yet.", "When a sale that your link brought is recorded, what it earned you shows here."],
};

const state = { metric: overview.dataset.metric, window: overview.dataset.window };
let answer = null;
let laid = null;
let pointed = null;

const tip = new Tip(find("tip"), find("spoken"));
const chart = new Chart(find("chart"), (index, left) => {
  pointed = index;
  if (laid) tip.show(laid, state.metric, index, left);
});

const freshness = new Freshness(
  async (signal) => {
    const asked = state.window;
    const fresh = await ask(asked, signal);
    answer = { ...fresh, window: asked };
    show();
  },
  (error, seconds) => trouble(error, seconds),
);

function show() {
  const shown = Object.fromEntries(cards.map(({ dataset: { metricCard: metric } }) => [metric, lay(answer[metric], answer.window, answer.now, beginnings)]));
  for (const card of cards) card.querySelector("[data-total]").textContent = amount(card.dataset.metricCard, shown[card.dataset.metricCard].total);
  laid = shown[state.metric];
  delete figure.dataset.state;
  find("skeleton").hidden = true;
  find("trouble").hidden = true;
  tellTime("yes");
  const isEmpty = laid.lines.length === 0;
  find("empty").hidden = !isEmpty;
  [find("empty-title").textContent, find("empty-text").textContent] = emptyWords();
  if (isEmpty) chart.clear();
  else chart.draw(laid);
  showLegend(find("legend"), laid, state.metric);
  if (numbers.open) fillTable(find("table"), laid, state.metric);
  summarise();
}

/** Nothing at all is one thing, nothing in this window another. */
function emptyWords() {
  const began = Object.keys(beginnings).length > 0 && state.metric !== "Commissions";
  return began ? ["Nothing in this window.", "There is traffic in a longer one: choose it above."] : EMPTY[state.metric];
}

/** What the figure shows, for screen readers and for tests. */
function summarise() {
  const label = `${caption()}: ${amount(state.metric, laid.total)}. ${laid.lines.map((line) => `${line.name} ${amount(state.metric, line.total)}`).join(", ")}`;
  find("chart").setAttribute("aria-label", `${label}. Arrow keys read single ${laid.hourly ? "hours" : "days"}.`);
  figure.dataset.drawn = JSON.stringify({ metric: state.metric, window: answer.window, buckets: laid.starts.length, total: laid.total });
}

function tellTime(live) {
  const at = find("as-of");
  at.dateTime = answer.asOf.toISOString();
  at.textContent = clock(answer.asOf);
  at.title = answer.asOf.toLocaleString();
  find("dot").dataset.live = live;
}

function trouble(error, seconds) {
  const place = find("trouble");
  const kept = answer ? `These are the numbers as of ${clock(answer.asOf)}` : "The numbers are in the table";
  place.hidden = false;
  find("dot").dataset.live = "no";
  if (error instanceof SignedOut) {
    const link = Object.assign(document.createElement("a"), { href: `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, textContent: "Sign in again" });
    place.replaceChildren(`Your session has ended. ${kept}. `, link, ".");
    return false;
  }
  place.textContent = `Tribute does not answer just now. ${kept}; visits go on being counted. Trying again in ${seconds} s.`;
  return true;
}

const caption = () => {
  const label = cards.find((card) => card.dataset.metricCard === state.metric).dataset.label;
  return `${label} by website, ${wordsOf(state.window)}`;
};
const wordsOf = (timeWindow) => windows.find((link) => link.dataset.window === timeWindow).dataset.words;

/** Mark what is chosen; fetch when the window is another one, else draw what is there. */
function choose(metric, timeWindow) {
  const another = timeWindow !== state.window;
  Object.assign(state, { metric, window: timeWindow });
  const grain = isHourly(timeWindow) ? "hour" : "day";
  for (const card of cards) {
    mark(card, card.dataset.metricCard === metric);
    card.href = address(card.dataset.metricCard, timeWindow);
    const counted = card.dataset.metricCard === "Visitors";
    card.querySelector("[data-note]").textContent = counted ? `counted per ${grain}` : wordsOf(timeWindow);
    card.title = card.dataset.definition = card.dataset.definition.replace(/each (hour|day)/, `each ${grain}`);
  }
  for (const link of windows) {
    mark(link, link.dataset.window === timeWindow);
    link.href = address(metric, link.dataset.window);
  }
  find("caption").textContent = caption();
  document.querySelector("figcaption [data-definition]").textContent = cards.find((card) => card.dataset.metricCard === metric).dataset.definition;
  if (another || !answer) {
    figure.dataset.state = "waiting";
    freshness.now();
  } else show();
}

const address = (metric, timeWindow) => `/?${new URLSearchParams({ metric, window: timeWindow })}`;
const mark = (link, current) => (current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));

for (const link of [...cards, ...windows]) {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const metric = link.dataset.metricCard ?? state.metric;
    const timeWindow = link.dataset.window ?? state.window;
    if (metric === state.metric && timeWindow === state.window) return;
    history.pushState({ metric, window: timeWindow }, "", address(metric, timeWindow));
    choose(metric, timeWindow);
  });
}
// every entry of the history says what it shows, the first one too: after a reload the page itself knows only the latest
history.replaceState({ ...state }, "");
addEventListener("popstate", ({ state: kept }) => { if (kept) choose(kept.metric, kept.window); });

find("chart").addEventListener("keydown", (event) => {
  if (!laid) return;
  const last = laid.starts.length - 1;
  const to = { ArrowLeft: Math.max(0, (pointed ?? last + 1) - 1), ArrowRight: Math.min(last, (pointed ?? -1) + 1), Home: 0, End: last, Escape: null }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  chart.point(to);
  if (to !== null) tip.say(laid, state.metric, to);
});
find("chart").addEventListener("blur", () => chart.point(null));

addEventListener("tribute:theme", () => { if (answer) show(); });
numbers.addEventListener("toggle", () => { if (numbers.open && laid) fillTable(find("table"), laid, state.metric); });
find("table-tools").hidden = false;
find("copy-table").addEventListener("click", (event) => { if (laid) copyFrom(event.currentTarget, asText(laid, "\t")); });
find("csv").addEventListener("click", (event) => {
  event.currentTarget.href = URL.createObjectURL(new Blob([asText(laid, ",")], { type: "text/csv" }));
  event.currentTarget.download = `tribute-${state.metric}-${state.window}.csv`;
});

numbers.open = false;
numbers.dataset.ready = "";
freshness.now();
