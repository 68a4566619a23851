// The cards: each metric's total, its change in words, and its course in small.

import { amount, changeWords } from "../words.js";
import { figure } from "./series.js";

const [WIDTH, HEIGHT] = [100, 28];
const NONE = "None yet";

/** Fill the cards. `words` is the range's name, `wordsBefore` what it is compared with; `hasSold` tells no sale yet from none here. */
export function showCards(cards, all, hasSold, words, wordsBefore) {
  for (const card of cards) {
    const metric = card.dataset.metricCard;
    const now = figure(all.totals, metric);
    const isNone = metric === "Commissions" && !hasSold && !now;
    const note = all.previous ? changeWords(metric, now, figure(all.previous, metric), wordsBefore) : words;
    const place = card.querySelector("[data-total]");
    place.title = place.textContent = isNone ? NONE : amount(metric, now, all.currency);
    place.classList.toggle("is-word", isNone);
    card.querySelector("[data-note]").title = card.querySelector("[data-note]").textContent = isNone ? "Your first sale shows here." : note;
    card.querySelector("[data-spark] polyline").setAttribute("points", courseOf(all.series.map((bucket) => figure(bucket, metric))));
  }
}

function courseOf(values) {
  const known = values.filter((value) => value !== null);
  const [lowest, highest] = [Math.min(...known, 0), Math.max(...known, 0)];
  if (known.length < 2 || lowest === highest) return "";
  const y = (value) => (HEIGHT - 1 - ((HEIGHT - 2) * (value - lowest)) / (highest - lowest)).toFixed(1);
  const points = values.map((value, index) => (value === null ? null : `${((index * WIDTH) / (values.length - 1)).toFixed(1)},${y(value)}`));
  return points.filter(Boolean).join(" ");
}
