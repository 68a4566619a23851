// The cards: each metric's total, its change in words, and its course in small.

import { amount, changeWords } from "../words.js";
import { figure } from "./series.js";

const [WIDTH, HEIGHT] = [100, 28];
const NONE = "None yet";

/** Fill the cards. `words` is the range's name, `wordsBefore` what it is compared with. */
export function showCards(cards, { all, money, earned, isFiltered }, words, wordsBefore) {
  for (const card of cards) {
    const metric = card.dataset.metricCard;
    const [total, note, course] = metric === "Commissions" ? ofMoney(money, earned, isFiltered ? `${words}, without the filters` : words) : ofTraffic(all, metric, words, wordsBefore);
    const place = card.querySelector("[data-total]");
    place.textContent = total;
    place.classList.toggle("is-word", total === NONE);
    card.querySelector("[data-note]").textContent = note;
    card.querySelector("[data-note]").title = note;
    card.querySelector("[data-spark] polyline").setAttribute("points", course);
  }
}

function ofTraffic(all, metric, words, wordsBefore) {
  const now = figure(all.totals, metric);
  const note = all.previous ? changeWords(now, figure(all.previous, metric), wordsBefore) : words;
  return [amount(metric, now), note, courseOf(all.series.map((bucket) => figure(bucket, metric)))];
}

/** The ledger tells commissions for the given windows; for any other range `earned` says whether there are some at all. */
function ofMoney(money, earned, words) {
  if (!earned) return [NONE, "Your first sale shows here.", ""];
  if (!money) return ["–", "Shown for 24 hours to 365 days.", ""];
  return [amount("Commissions", money.all.total), words, courseOf(money.all.values)];
}

function courseOf(values) {
  const highest = Math.max(...values, 0);
  if (values.length < 2 || !highest) return "";
  return values.map((value, index) => `${((index * WIDTH) / (values.length - 1)).toFixed(1)},${(HEIGHT - 1 - ((HEIGHT - 2) * value) / highest).toFixed(1)}`).join(" ");
}
