// Starts GraphiQL on the explorer page. It asks the address it was opened at, with the portal's session or with headers typed into it.

const ask = async (request, options) => {
  const answer = await fetch("/graphql", {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json", ...options?.headers },
    body: JSON.stringify(request),
  });
  return answer.json();
};

const start = `# Your own traffic, by website and day. Sign in to the portal first,
# or put {"Authorization": "Bearer YOUR_TOKEN"} into Headers below.
{
  getAnalyticsData(metricType: PageViews timeWindow: Last7Days) {
    dataset { series timestamp value }
  }
  dataAsOf
}
`;

const place = document.getElementById("explorer");
ReactDOM.createRoot(place).render(React.createElement(GraphiQL, { fetcher: ask, defaultQuery: start, shouldPersistHeaders: false }));
