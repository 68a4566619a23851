// Numbers, days and hours in the reader's own language. Buckets are UTC; the clock is the reader's.

const locale = navigator.language;
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const money = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const short = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const utc = (options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
const hour = utc({ hour: "numeric" });
const hourOfDay = utc({ weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
const day = utc({ day: "numeric", month: "short" });
const weekday = utc({ weekday: "short" });
const month = utc({ month: "short" });
const minute = utc({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const fullDay = utc({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** 12,345 */
export const number = (value) => whole.format(value);

/** A metric's value: commissions with cents, counts without. */
export const amount = (metric, value) => (metric === "Commissions" ? money : whole).format(value);

/** 1.2K, for axes. */
export const compact = (value) => short.format(value);

/** 14:03:12 on the reader's clock. */
export const clock = (date) => time.format(date);

/** A bucket in full: a day, or a day and hour. */
export const bucketName = (milliseconds, hourly) => (hourly ? hourOfDay : fullDay).format(milliseconds);

/** 14:30, as the bucket is told: in UTC. */
export const clockUtc = (milliseconds) => minute.format(milliseconds);

/** Mon 12 */
const weekdayOf = (date) => `${weekday.format(date)} ${date.getUTCDate()}`;

/** What stands under an axis: hours within a day, days within a quarter, months within a year. */
export function tickName(milliseconds, stepSeconds, hourly) {
  const date = new Date(milliseconds);
  if (hourly) return date.getUTCHours() === 0 ? weekdayOf(date) : hour.format(date);
  if (stepSeconds >= 28 * 86400) return month.format(date);
  return stepSeconds < 2 * 86400 ? weekdayOf(date) : day.format(date);
}

/** 2026-11-23 or 2026-11-23 14:00, for files. */
export const bucketInFile = (milliseconds, hourly) =>
  new Date(milliseconds).toISOString().slice(0, hourly ? 16 : 10).replace("T", " ");
