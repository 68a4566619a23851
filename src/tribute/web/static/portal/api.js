// Asks our own GraphQL API with the session's cookie. Every question of the overview is here.

const PATIENCE = 15_000;
const FIGURES = "pageViews visitors clicks conversions commissions revenue epc conversionRate";
const PREVIOUS = FIGURES.replace(/\b[a-z]/g, (letter) => `previous${letter.toUpperCase()}`);
const SERIES = `series { start ${FIGURES} previousStart ${PREVIOUS} }`;
const NUMBERS = `query Numbers($all: AnalyticsInput!, $lines: AnalyticsInput!, $hasLines: Boolean!) {
  all: analytics(input: $all) { from to dataAsOf currency otherCurrencies totals { ${FIGURES} } previous { ${FIGURES} } ${SERIES} }
  lines: analytics(input: $lines) @include(if: $hasLines) {
    values
    rows { value ${FIGURES} previous { ${FIGURES} } ${SERIES} }
    others { ${FIGURES} previous { ${FIGURES} } ${SERIES} }
  }
}`;
const TABLE = `values currency totals { ${FIGURES} } rows { value ${FIGURES} } others { ${FIGURES} }`;

/** The session is no more. */
export class SignedOut extends Error {}

/** The question cannot be answered as it is; the message says why. */
export class Refused extends Error {}

/** {data, now}: the answer, and the server's clock, which cuts the windows. Throws SignedOut, Refused, or Error when there is no answer. */
async function ask(query, variables, signal) {
  const answer = await fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
  });
  if (answer.status === 401) throw new SignedOut();
  const { data, errors } = await answer.json();
  if (errors?.some((error) => error.errorType === "Unauthorized")) throw new SignedOut();
  const refused = errors?.find((error) => error.errorType === "BadRequestException");
  if (refused) throw new Refused(refused.message.replace(/^\w+: /, ""));
  if (errors || !data) throw new Error(errors?.[0]?.message ?? `status ${answer.status}`);
  const told = answer.headers.get("date");
  return { data, now: told ? new Date(told) : new Date() };
}

/** Cards and chart: the whole range, and its lines where `lines` is asked. */
export const askNumbers = (all, lines, signal) => ask(NUMBERS, { all, lines: lines ?? all, hasLines: lines !== null }, signal);

/** The breakdown tables by their panels' names, and how visitors were known. */
export function askTables(all, tables, signal) {
  const names = Object.keys(tables);
  const variables = names.map((name) => `, $${name}: AnalyticsInput!`).join("");
  const fields = names.map((name) => `${name}: analytics(input: $${name}) { ${TABLE} }`).join("\n");
  const query = `query Tables($all: AnalyticsInput!${variables}) {
    known: analytics(input: $all) { identification { pageViews withoutIdentifier } }
    ${fields}
  }`;
  return ask(query, { all, ...tables }, signal);
}

/** What happens now. */
export const askLive = (signal) => ask("{ live { visitors } }", {}, signal);
