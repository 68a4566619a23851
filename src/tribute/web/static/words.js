// Numbers, and the reader's clock, in the reader's own language.

export const locale = navigator.language;
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const money = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const part = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const difference = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** 12,345 */
export const number = (value) => whole.format(value);

/** A metric's value: commissions with cents, counts without. */
export const amount = (metric, value) => (metric === "Commissions" ? money : whole).format(value);

/** $1,234.50, from the exact text of an amount. */
export const inCurrency = (text, currency) =>
  new Intl.NumberFormat(locale, { style: "currency", currency }).format(text);

/** 1.2K, for axes. */
export const compact = (value) => short.format(value);

/** 43%; less than half a percent is said so. */
export const percent = (fraction) => (fraction > 0 && fraction < 0.005 ? `<${part.format(0.01)}` : part.format(fraction));

/** +12%, or null where there was nothing before. */
export const changeOf = (now, before) => (before ? difference.format((now - before) / before) : null);

/** "+12% on the 7 days before". */
export function changeWords(now, before, wordsBefore) {
  if (!before) return `none ${wordsBefore}`;
  return Math.round((100 * (now - before)) / before) ? `${changeOf(now, before)} on ${wordsBefore}` : `as many as ${wordsBefore}`;
}

/** 14:03:12 on the reader's clock. */
export const clock = (date) => time.format(date);
