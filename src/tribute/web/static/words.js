// Numbers, and the reader's clock, in the reader's own language.

const chosen = document.documentElement.dataset;
export const locale = chosen.locale ?? navigator.language;
/** The zone that was chosen in the settings; undefined leaves it to the browser. */
export const chosenZone = chosen.zone;
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const part = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const rate = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const difference = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone: chosenZone });

/** 12,345 */
export const number = (value) => whole.format(value);

const AMOUNTS = ["Revenue", "Commissions", "EPC"];

/** Whether a metric is told in a currency. */
export const isAmount = (metric) => AMOUNTS.includes(metric);

/** A metric's value: counts whole, amounts in their currency (a click's earnings with a decimal more), a rate in percent. */
export function amount(metric, value, currency) {
  if (value === null) return "–";
  if (metric === "ConversionRate") return rate.format(value);
  return isAmount(metric) ? signed(inMoney(currency, metric === "EPC" ? 1 : 0).format(value)) : whole.format(value);
}

/** With the minus of print, as the server writes amounts. */
const signed = (written) => written.replace("-", "\u2212");

const formats = new Map();

/** A currency's own format; `more` decimals are told where they are not zero. */
function inMoney(currency, more = 0) {
  const key = `${currency} ${more}`;
  if (!formats.has(key)) {
    const plain = new Intl.NumberFormat(locale, { style: "currency", currency });
    const decimals = plain.resolvedOptions().maximumFractionDigits + more;
    formats.set(key, more ? new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: decimals }) : plain);
  }
  return formats.get(key);
}

/** 1.2K, or $1.2K, or 3%, for axes. */
export function axisWords(metric, value, currency) {
  if (metric === "ConversionRate") return rate.format(value);
  if (!isAmount(metric)) return short.format(value);
  const size = Math.abs(value) >= 1000 ? { notation: "compact", maximumFractionDigits: 1 } : { minimumFractionDigits: 0, maximumFractionDigits: 3 };
  return signed(new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", ...size }).format(value));
}

/** 43%; less than half a percent is said so. */
export const percent = (fraction) => (fraction > 0 && fraction < 0.005 ? `<${part.format(0.01)}` : part.format(fraction));

/** +12%, or null where there was nothing before. */
export const changeOf = (now, before) => (before && now !== null ? difference.format((now - before) / Math.abs(before)) : null);

/** "+12% on the 7 days before". */
export function changeWords(metric, now, before, wordsBefore) {
  if (!before || now === null) return `none ${wordsBefore}`;
  if (Math.round((100 * (now - before)) / Math.abs(before))) return `${changeOf(now, before)} on ${wordsBefore}`;
  return `as ${isAmount(metric) || metric === "ConversionRate" ? "much" : "many"} as ${wordsBefore}`;
}

/** 14:03:12 on the reader's clock. */
export const clock = (date) => time.format(date);
