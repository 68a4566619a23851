// What the values of dimensions are called: countries in the reader's language, kinds with a capital, the rest as it came.

import { locale } from "../words.js";

const regions = new Intl.DisplayNames(locale, { type: "region", fallback: "code" });
const KINDS = { tv: "TV" };

/** A value for people. `none` is what they call having none. */
export function valueName(dimension, value, none) {
  if (value === null) return none;
  if (dimension === "Country") return countryName(value);
  if (dimension === "Channel" || dimension === "Device") return KINDS[value] ?? value.charAt(0).toUpperCase() + value.slice(1);
  return value;
}

function countryName(code) {
  try {
    return regions.of(code);
  } catch {
    return code; // an engine wrote something that is no region
  }
}
