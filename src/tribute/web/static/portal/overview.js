// The overview: what the address says is what is asked and shown. Choices change the address; the address changes everything else.

import { clock, percent } from "../words.js";
import { read, write } from "./address.js";
import { Refused, SignedOut, askLive, askNumbers, askTables } from "./api.js";
import { Panels, ranked } from "./breakdown.js";
import { showCards } from "./cards.js";
import { closeRange, listen, showChoices } from "./choices.js";
import { csvAddress } from "./csv.js";
import { Figure } from "./figure.js";
import { Freshness } from "./freshness.js";
import { asked, nameBefore, rangeWords, stepOf } from "./ranges.js";
import { MOST, layTraffic } from "./series.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const page = find("overview");
const cards = [...document.querySelectorAll("[data-metric-card]")];
const sections = document.querySelectorAll("[data-panel]");
const told = { ...JSON.parse(page.dataset.told), panels: Panels.tables(sections) };

const NUMBERS_REST = 1_000;
const TABLES_REST = 5_000; // tables follow new numbers, no faster than this
const LIVE_REST = 5_000;

let skew = Date.parse(page.dataset.now) - Date.now();
let state = read(location.search, told);
let answer = null;
let tablesOf = {}; // which state and totals the tables are of

const now = () => new Date(Date.now() + skew);
const figure = new Figure();
const panels = new Panels(sections, told, () => {
  tablesOf = {};
  tables.now();
});

const numbers = new Freshness(async (signal) => {
  const [all, lines] = questions();
  const fresh = await askNumbers(all, lines, signal);
  skew = fresh.now.getTime() - Date.now();
  answer = { ...fresh.data, now: fresh.now };
  show();
}, trouble, NUMBERS_REST);

const tables = new Freshness(async (signal) => {
  const [question, totals] = [state, JSON.stringify(answer?.all.totals)];
  if (tablesOf.asked === question && tablesOf.totals === totals) return;
  const input = asked(question, now());
  const { data } = await askTables({ ...input, metrics: ["PageViews"] }, panels.asked(question, input), signal);
  panels.show(data, question, input);
  tellUnidentified(data.known.identification);
  tablesOf = { asked: question, totals };
  page.dataset.tables = location.search; // which address they answer, for tests
}, (error) => {
  panels.settle();
  return !(error instanceof SignedOut || error instanceof Refused);
}, TABLES_REST);

const live = new Freshness(async (signal) => {
  const { data } = await askLive(signal);
  find("live").hidden = false;
  find("live-visitors").textContent = `${data.live.visitors} ${data.live.visitors === 1 ? "visitor" : "visitors"} now`;
  find("dot").dataset.live = data.live.visitors ? "yes" : "none";
}, (error) => !(error instanceof SignedOut), LIVE_REST);

/** What the chart asks: the whole, and its lines by website where they are wanted. */
function questions() {
  const compare = state.compare === "None" ? null : state.compare;
  const when = { ...asked(state, now()), grain: stepOf(state, now(), told).name, compare };
  const hasLines = state.lines === "Website";
  const lines = { ...when, metrics: [state.metric], by: "Website", top: MOST, rowSeries: true };
  return [{ ...when, metrics: ranked(state.metric, told) }, hasLines ? lines : null];
}

function show() {
  const laid = layTraffic(answer, answer.now, state, stepOf(state, now(), told).name, told.beginnings);
  find("trouble").hidden = true;
  told.hasSold ||= answer.all.totals.conversions > 0;
  const hasMore = isMoney(state.metric) ? told.hasSold : Object.keys(told.beginnings).length > 0;
  const isFiltered = Object.keys(state.filters).length > 0;
  showCards(cards, answer.all, told.hasSold, rangeName(), nameBefore(state, now()));
  showCurrencies(answer.all);
  const [whole, lines] = questions();
  const csv = csvAddress(lines ?? whole);
  figure.show(laid, { caption: caption(), metric: state.metric, wordsBefore: nameBefore(state, now()), csv, hasMore, isFiltered });
  const at = find("as-of");
  const asOf = new Date(answer.all.dataAsOf);
  [at.dateTime, at.textContent, at.title] = [asOf.toISOString(), clock(asOf), asOf.toLocaleString()];
}

const isMoney = (metric) => told.columns[metric].at(-1).kind === "money";

/** Amounts are in one currency at a time; where there are more in others, these are named and lead there. */
function showCurrencies({ currency, otherCurrencies }) {
  find("currencies").hidden = otherCurrencies.length === 0;
  find("currency-shown").textContent = currency;
  find("currency-others").replaceChildren(...otherCurrencies.flatMap((code) => {
    const link = Object.assign(document.createElement("a"), { href: write({ ...state, currency: code }), textContent: code });
    link.dataset.inCurrency = code;
    return [link, " "];
  }));
}

function tellUnidentified({ pageViews, withoutIdentifier }) {
  find("unidentified").hidden = !withoutIdentifier;
  find("unidentified-share").textContent = `${percent(withoutIdentifier / pageViews)} of these page views came without an identifier.`;
}

const windowLink = () => document.querySelector(`nav [data-window="${state.window}"]`).dataset;
const rangeName = () => (state.from ? rangeWords(state.from, state.to) : windowLink().words);
const caption = () => `${cards.find((card) => card.dataset.metricCard === state.metric).dataset.label}, ${rangeName()}`;

function trouble(error, seconds) {
  const place = find("trouble");
  const kept = answer ? `These are the numbers as of ${clock(new Date(answer.all.dataAsOf))}` : "The numbers are in the table";
  place.hidden = false;
  find("dot").dataset.live = "no";
  if (error instanceof SignedOut) {
    const link = Object.assign(document.createElement("a"), { href: `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`, textContent: "Sign in again" });
    place.replaceChildren(`Your session has ended. ${kept}. `, link, ".");
    return false;
  }
  if (error instanceof Refused) {
    place.textContent = `This cannot be answered: ${error.message}.`;
    return false;
  }
  place.textContent = `Tribute does not answer just now. ${kept}; visits go on being counted. Trying again in ${seconds} s.`;
  return true;
}

/** Show another state: at once what is known of it, then what is asked. */
function enter(next) {
  const isOtherMetric = next.metric !== state.metric;
  state = next;
  mark();
  figure.wait(caption());
  if (isOtherMetric && answer && state.lines === "Total") show();
  panels.wait();
  numbers.now().then(() => tables.now());
}

/** Every link and control says what is shown, and leads to what it would change. */
function mark() {
  for (const card of cards) {
    if (card.dataset.metricCard === state.metric) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
    card.href = write({ ...state, metric: card.dataset.metricCard });
  }
  showChoices(state, now(), told);
  panels.mark(state);
}

function choose(changes) {
  const changed = { ...state, ...changes };
  if (changed.grain && changed.grain === stepOf({ ...changed, grain: null }, now(), told).name) changed.grain = null; // the usual one follows the range
  const address = write(changed);
  if (address === write(state)) return;
  history.pushState(null, "", address);
  enter(read(location.search, told));
}

// every link of the page leads to another state of it, and is followed without leaving; a row is as good as the link in it
addEventListener("click", (event) => {
  const target = event.target.closest?.("a, [data-rows] tr");
  const link = target?.matches("tr") ? target.querySelector("a") : target;
  if (!link?.matches("[data-metric-card], [data-window], [data-tab], [data-filter], [data-in-currency]")) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  if (target !== link && getSelection().containsNode(target, true) && getSelection().type === "Range") return; // who marks a row's text does not choose it
  event.preventDefault();
  closeRange();
  if (link.href === location.href) return;
  history.pushState(null, "", link.href);
  enter(read(location.search, told));
});
addEventListener("popstate", () => enter(read(location.search, told)));
addEventListener("keydown", (event) => {
  const asks = event.target.closest?.(".asks");
  if (event.key === "Escape" && asks) asks.dataset.dismissed = ""; // what explains it can be put away without moving
});
addEventListener("focusout", ({ target }) => { if (target.dataset) delete target.dataset.dismissed; });

listen(choose);
mark();
numbers.now().then(() => tables.now());
live.now();
