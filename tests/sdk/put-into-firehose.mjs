// Puts page views into Firehose with AWS's SDK, as its users do: node put-into-firehose.mjs URL STREAM COUNT CODE
// Credentials come from the environment, as AWS's SDK reads them. Prints what it was told.
import { DescribeDeliveryStreamCommand, FirehoseClient, PutRecordBatchCommand, PutRecordCommand } from "@aws-sdk/client-firehose";

const [url, stream, count, code] = process.argv.slice(2);
const client = new FirehoseClient({ endpoint: `${url}/aws/firehose`, region: "eu-central-1" });
const records = Array.from({ length: Number(count) }, (_, number) => ({
  Data: new TextEncoder().encode(
    JSON.stringify({ type: "page", messageId: `js-${number}`, anonymousId: `js-${number % 3}`, properties: { affiliate_id: code } }) + "\n",
  ),
}));
const [first, ...others] = records;
const described = await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: stream }));
const one = await client.send(new PutRecordCommand({ DeliveryStreamName: stream, Record: first }));
const many = await client.send(new PutRecordBatchCommand({ DeliveryStreamName: stream, Records: others }));
let refused;
try {
  await client.send(new PutRecordCommand({ DeliveryStreamName: "not a name", Record: first }));
} catch (error) {
  refused = [error.name, error.message];
}
console.log(
  JSON.stringify({
    status: described.DeliveryStreamDescription.DeliveryStreamStatus,
    recordId: one.RecordId,
    failed: many.FailedPutCount,
    answered: many.RequestResponses.length,
    refused,
  }),
);
