// Sends page views with @segment/analytics-node, as its users do: node send-with-segment.mjs URL WRITE_KEY COUNT CODE
import { Analytics } from "@segment/analytics-node";

const [url, writeKey, count, code] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host: url, flushAt: 20 });
for (let number = 0; number < Number(count); number += 1) {
  analytics.page({
    anonymousId: `segment-visitor-${number % 5}`,
    name: "Lesson",
    properties: { url: `https://docs.acme.example/lesson/${number}?via=${code}` },
  });
}
await analytics.closeAndFlush();
