// Sends page views with @rudderstack/rudder-sdk-node, as its users do: node send-with-rudderstack.mjs URL WRITE_KEY COUNT CODE
import pkg from "@rudderstack/rudder-sdk-node";

const [url, writeKey, count, code] = process.argv.slice(2);
const Analytics = pkg.default ?? pkg;
const client = new Analytics(writeKey, { dataPlaneUrl: url, flushAt: 20, flushInterval: 200 });
const sent = Array.from({ length: Number(count) }, (_, number) => {
  const event = {
    anonymousId: `node-visitor-${number % 5}`,
    name: "Lesson",
    properties: { url: `https://docs.acme.example/lesson/${number}?via=${code}` },
  };
  return new Promise((resolve, reject) => {
    client.page(event, (error) => (error ? reject(error) : resolve()));
  });
});
await Promise.all(sent);
process.exit(0);
