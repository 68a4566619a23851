// Asks and subscribes as an AppSync client does, with Apollo and AWS's own links: node ask-and-subscribe-with-appsync.mjs URL KIND CREDENTIAL
// KIND is API_KEY or OPENID_CONNECT. Prints the answer, the first live numbers and what it is told after each line on its standard input.
import { createInterface } from "node:readline";
import { ApolloClient, ApolloLink, InMemoryCache, gql } from "@apollo/client";
import { createAuthLink } from "aws-appsync-auth-link";
import { createSubscriptionHandshakeLink } from "aws-appsync-subscription-link";

const [url, type, credential] = process.argv.slice(2);
const auth = type === "API_KEY" ? { type, apiKey: credential } : { type, jwtToken: async () => credential };
const settings = { url: `${url}/graphql`, region: "eu-central-1", auth };
const client = new ApolloClient({
  link: ApolloLink.from([createAuthLink(settings), createSubscriptionHandshakeLink(settings)]),
  cache: new InMemoryCache(),
});
const say = (told) => console.log(JSON.stringify(told));

const QUERY = gql`
  query Traffic($window: TimeWindow!) {
    getAnalyticsData(metricType: PageViews, timeWindow: $window) {
      dataset { series timestamp value }
    }
  }
`;
const LIVE = gql`subscription { live { pageViews } }`;

try {
  const { data } = await client.query({ query: QUERY, variables: { window: "Last7Days" }, fetchPolicy: "no-cache" });
  say({ dataset: data.getAnalyticsData.dataset.map(({ series, timestamp, value }) => ({ series, timestamp, value })) });
} catch (error) {
  say({ status: error.statusCode, body: JSON.parse(error.bodyText ?? "null") });
}
const subscription = client.subscribe({ query: LIVE }).subscribe({
  next: ({ data, error }) => say(error ? { failed: (error.cause ?? error).errors?.[0]?.message ?? String(error) } : { pageViews: data.live.pageViews }),
  error: (error) => say({ failed: (error.cause ?? error).errors?.[0]?.message ?? String(error) }),
});
createInterface({ input: process.stdin }).on("close", () => {
  subscription.unsubscribe();
  client.stop();
});
