// Writes records into Timestream and asks for them with AWS's SDK, as its users do: node write-and-ask-timestream.mjs URL WEBSITE CODE
// Credentials come from the environment, as AWS's SDK reads them. Prints what it was told.
import { CancelQueryCommand, DescribeEndpointsCommand, PrepareQueryCommand, TimestreamQueryClient, paginateQuery } from "@aws-sdk/client-timestream-query";
import { RejectedRecordsException, TimestreamWriteClient, WriteRecordsCommand } from "@aws-sdk/client-timestream-write";

const [url, website, code] = process.argv.slice(2);
const settings = { endpoint: `${url}/aws/timestream`, region: "eu-central-1" };
const writing = new TimestreamWriteClient(settings);
const asking = new TimestreamQueryClient(settings);
const now = Date.now();
const record = (offset, value, name) => ({
  Dimensions: [{ Name: "website", Value: name }],
  MeasureValue: String(value),
  Time: String(now - offset),
});
const write = (...records) =>
  writing.send(
    new WriteRecordsCommand({
      DatabaseName: "WebAnalyticsDb",
      TableName: "PageViewsTable",
      CommonAttributes: { Dimensions: [{ Name: "affiliate_id", Value: code }], MeasureName: "page_view", MeasureValueType: "BIGINT" },
      Records: records,
    }),
  );
const ingested = (await write(record(1000, 4, website), record(2000, 1, website))).RecordsIngested;
let rejected;
try {
  await write(record(3000, 2, website), record(3000, 1, "Nobody's"));
} catch (error) {
  rejected = error instanceof RejectedRecordsException ? error.RejectedRecords : String(error);
}
const statement = `SELECT sum(measure_value::bigint) AS views FROM "WebAnalyticsDb"."PageViewsTable" WHERE affiliate_id = '${code}'`;
let views;
for (const until = now + 30000; views !== "7" && Date.now() < until; ) {
  for await (const page of paginateQuery({ client: asking }, { QueryString: statement })) {
    views = page.Rows[0].Data[0].ScalarValue;
  }
}
const numbers = [];
let queryId;
for await (const page of paginateQuery({ client: asking, pageSize: 4 }, { QueryString: "SELECT n FROM unnest(sequence(1, 10)) AS t(n)" })) {
  numbers.push(page.Rows.map((row) => Number(row.Data[0].ScalarValue)));
  queryId = page.QueryId;
}
const prepared = await asking.send(new PrepareQueryCommand({ QueryString: statement }));
const cancelled = await asking.send(new CancelQueryCommand({ QueryId: queryId }));
const { Endpoints } = await asking.send(new DescribeEndpointsCommand({}));
let refused;
try {
  for await (const page of paginateQuery({ client: asking }, { QueryString: "SELECT nothing_known" })) void page;
} catch (error) {
  refused = [error.name, error.message];
}
console.log(
  JSON.stringify({
    ingested,
    rejected,
    views,
    numbers,
    prepared: prepared.Columns.map((column) => [column.Name, column.Type.ScalarType]),
    cancelled: cancelled.CancellationMessage,
    endpoint: Endpoints[0].Address,
    refused,
  }),
);
