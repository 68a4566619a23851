// Asks our own GraphQL API for a window's three metrics, with the session's cookie.

const QUERY = `query Overview($window: TimeWindow!) {
  PageViews: getAnalyticsData(metricType: PageViews timeWindow: $window) { dataset { series timestamp value } }
  Visitors: getAnalyticsData(metricType: Visitors timeWindow: $window) { dataset { series timestamp value } }
  Commissions: getAnalyticsData(metricType: Commissions timeWindow: $window) { dataset { series timestamp value } }
  dataAsOf
}`;
const PATIENCE = 15_000;

/** The session is no more. */
export class SignedOut extends Error {}

/** {now, asOf, PageViews, Visitors, Commissions}: times as dates, each metric a list of points. Throws SignedOut, or Error when there is no answer. */
export async function ask(timeWindow, signal) {
  const answer = await fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: QUERY, variables: { window: timeWindow }, operationName: "Overview" }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
  });
  if (answer.status === 401) throw new SignedOut();
  const { data, errors } = await answer.json();
  if (errors?.some((error) => error.errorType === "Unauthorized")) throw new SignedOut();
  if (errors || !data) throw new Error(errors?.[0]?.message ?? `status ${answer.status}`);
  const told = answer.headers.get("date");
  return {
    now: told ? new Date(told) : new Date(), // the server's clock cuts the window, not the reader's
    asOf: new Date(data.dataAsOf),
    PageViews: data.PageViews.dataset,
    Visitors: data.Visitors.dataset,
    Commissions: data.Commissions.dataset,
  };
}
