"""An unmodified boto3 writes records into Timestream's door and asks them back, in Timestream's types, within what its key may see."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.aws_clients import REGION, client, new_key
from tests.support.served import Tribute, eventually, served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("boto3-timestream")]

CONTRACTS_QUERY = """
SELECT website, sum(measure_value::bigint) AS value, date_trunc('day', time) AS timestamp
FROM "WebAnalyticsDb"."PageViewsTable"
WHERE "affiliate_id" = '{code}' AND time between ago(7day) and now()
GROUP BY website, date_trunc('day', time)
"""
TABLE = {"DatabaseName": "WebAnalyticsDb", "TableName": "PageViewsTable"}
_HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def tribute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tribute]:
    with served(tmp_path_factory.mktemp("home")) as running:
        running.add_website("Course A", "course-a.example")
        running.add_website("Course B", "course-b.example")
        yield running


@pytest.fixture(scope="module")
def owners_key(tribute: Tribute) -> dict[str, str]:
    return new_key(tribute)


@pytest.fixture
def write(tribute: Tribute, owners_key: dict[str, str]) -> Any:
    return client(tribute, "timestream-write", owners_key)


@pytest.fixture
def query(tribute: Tribute, owners_key: dict[str, str]) -> Any:
    return client(tribute, "timestream-query", owners_key)


def milliseconds(ago: int = _HOUR_MS) -> int:
    return int(time.time() * 1000) - ago


def record(at: int, value: int = 1, **told: Any) -> dict[str, Any]:
    dimensions = {"website": "Course A"} | told.pop("dimensions", {})
    return {
        "Dimensions": [{"Name": name, "Value": text} for name, text in dimensions.items()],
        "MeasureName": "page_view",
        "MeasureValue": str(value),
        "MeasureValueType": "BIGINT",
        "Time": str(at),
        **told,
    }


def put(write: Any, *records: dict[str, Any], **told: Any) -> Any:
    return write.write_records(**TABLE, Records=list(records), **told)


def rejected(write: Any, *records: dict[str, Any]) -> list[dict[str, Any]]:
    with pytest.raises(write.exceptions.RejectedRecordsException) as refused:
        put(write, *records)
    assert refused.value.response["Error"]["Message"].startswith("One or more records have been rejected")
    return list(refused.value.response["RejectedRecords"])


def scalar(query: Any, statement: str) -> str | None:
    [row] = query.query(QueryString=statement)["Rows"]
    return row["Data"][0].get("ScalarValue")


def views(query: Any, code: str, wanted: int) -> int:
    asked = f"""SELECT sum(measure_value::bigint) FROM "WebAnalyticsDb"."PageViewsTable" WHERE affiliate_id = '{code}'"""  # noqa: S608 ours
    return int(eventually(lambda: scalar(query, asked) or "0", lambda told: int(told) == wanted))


def test_records_of_value_n_are_n_page_views_and_the_contracts_query_agrees_with_graphql(tribute: Tribute, write: Any, query: Any) -> None:
    token = tribute.add_affiliate("value")
    at = milliseconds()
    records = [record(at, 5), record(at + 1, 2, dimensions={"website": "course-b.example", "visitor_id": "v1"})]
    told = put(write, *records, CommonAttributes={"Dimensions": [{"Name": "affiliate_id", "Value": "value"}]})
    assert told["RecordsIngested"] == {"Total": 2, "MemoryStore": 2, "MagneticStore": 0}
    assert views(query, "value", 7) == 7
    answer = query.query(QueryString=CONTRACTS_QUERY.format(code="value"))
    assert [(column["Name"], column["Type"]) for column in answer["ColumnInfo"]] == [
        ("website", {"ScalarType": "VARCHAR"}),
        ("value", {"ScalarType": "BIGINT"}),
        ("timestamp", {"ScalarType": "TIMESTAMP"}),
    ]
    told_by_sql = {tuple(datum["ScalarValue"] for datum in row["Data"]) for row in answer["Rows"]}
    told_by_graphql = {
        (point["series"], f"{point['value']:.0f}", point["timestamp"].replace("T", " ").replace("Z", ".000000000"))
        for point in tribute.points(token)
    }
    assert told_by_sql == told_by_graphql
    assert {website for website, _, _ in told_by_sql} == {"Course A", "Course B"}
    assert answer["QueryStatus"]["ProgressPercentage"] == 100.0


def test_times_come_in_every_unit(write: Any, query: Any) -> None:
    at = milliseconds() // 1000
    units = {"SECONDS": 1, "MILLISECONDS": 10**3, "MICROSECONDS": 10**6, "NANOSECONDS": 10**9}
    records = [record(at * factor, TimeUnit=unit, dimensions={"path": f"/{unit}"}) for unit, factor in units.items()]
    put(write, *records)
    asked = """SELECT count(*), count(distinct time) FROM "WebAnalyticsDb"."PageViewsTable" WHERE path like '/%SECONDS'"""
    found = eventually(lambda: query.query(QueryString=asked)["Rows"][0]["Data"], lambda data: data[0]["ScalarValue"] == "4")
    assert [datum["ScalarValue"] for datum in found] == ["4", "1"]


def test_a_newer_version_takes_the_place_of_an_older_one(tribute: Tribute, write: Any, query: Any) -> None:
    tribute.add_affiliate("version")
    at, dimensions = milliseconds(), {"affiliate_id": "version"}

    def told(value: int, version: int) -> dict[str, Any]:
        return record(at, value, Version=version, dimensions=dimensions)

    put(write, told(5, 1))
    put(write, told(5, 1))  # a retry
    assert views(query, "version", 5) == 5
    put(write, told(8, 3))
    assert views(query, "version", 8) == 8
    [older] = rejected(write, told(6, 2))
    assert (older["RecordIndex"], older["ExistingVersion"]) == (0, 3)
    [other] = rejected(write, told(9, 3))
    assert other["ExistingVersion"] == 3
    assert views(query, "version", 8) == 8


def test_rejected_records_are_reported_and_the_others_taken(tribute: Tribute, write: Any, query: Any) -> None:
    tribute.add_affiliate("some")
    at, mine = milliseconds(), {"affiliate_id": "some"}
    found = rejected(
        write,
        record(at, dimensions=mine | {"website": "Nobody's"}),
        record(at, dimensions=mine),
        record(at, dimensions=mine, MeasureName="cpu"),
        record(at, -1, dimensions=mine),
        record(at, dimensions=mine, MeasureValue="1.5", MeasureValueType="DOUBLE"),
        record(milliseconds(-_HOUR_MS), dimensions=mine),
        record(at, 2, dimensions=mine | {"path": "/x"}, MeasureValueType="DOUBLE"),
    )
    assert [each["RecordIndex"] for each in found] == [0, 2, 3, 4, 5]
    assert all(each["Reason"] for each in found)
    assert views(query, "some", 3) == 3


def test_an_affiliates_key_sees_its_own_rows_and_writes_nothing(tribute: Tribute, write: Any) -> None:
    for code in ("mine", "other"):
        tribute.add_affiliate(code)
    put(write, *(record(milliseconds(), 3, dimensions={"affiliate_id": code}) for code in ("mine", "other")))
    key = new_key(tribute, "--affiliate", "mine")
    scoped = client(tribute, "timestream-query", key)
    asked = """SELECT sum(measure_value::bigint), count(distinct affiliate_id) FROM "WebAnalyticsDb"."PageViewsTable" """
    found = eventually(lambda: scoped.query(QueryString=asked)["Rows"][0]["Data"], lambda data: data[0].get("ScalarValue") == "3")
    assert [datum["ScalarValue"] for datum in found] == ["3", "1"]
    with pytest.raises(ClientError, match="AccessDenied"):
        put(client(tribute, "timestream-write", key), record(milliseconds()))


def test_a_websites_key_only_sends(tribute: Tribute) -> None:
    key = new_key(tribute, "--website", "Course B")
    put(client(tribute, "timestream-write", key), record(milliseconds(), dimensions={"website": "Course A", "path": "/sent"}))
    with pytest.raises(ClientError, match="AccessDenied"):
        client(tribute, "timestream-query", key).query(QueryString="SELECT 1")


def test_results_are_paged_by_boto3s_own_paginator(tribute: Tribute, query: Any) -> None:
    statement = "SELECT n FROM unnest(sequence(1, 2500)) AS t(n) ORDER BY n"
    pages = list(query.get_paginator("query").paginate(QueryString=statement, PaginationConfig={"PageSize": 900}))
    assert [len(page["Rows"]) for page in pages] == [900, 900, 700]
    assert [row["Data"][0]["ScalarValue"] for page in pages for row in page["Rows"]] == [str(n) for n in range(1, 2501)]
    token = pages[0]["NextToken"]
    again = query.query(QueryString=statement, NextToken=token, MaxRows=900)
    assert again["Rows"] == pages[1]["Rows"]
    with pytest.raises(ClientError, match="QueryString"):
        query.query(QueryString="SELECT 1", NextToken=token)
    with pytest.raises(ClientError, match="NextToken"):
        client(tribute, "timestream-query", new_key(tribute)).query(QueryString=statement, NextToken=token)
    query.cancel_query(QueryId=pages[0]["QueryId"])
    with pytest.raises(ClientError, match="NextToken"):
        query.query(QueryString=statement, NextToken=token)


def test_every_type_has_its_form_on_the_wire(query: Any) -> None:
    statement = """SELECT 1 = 1, 2, cast(3 as bigint), 1.5e0, 1e10, 'text', date '2026-11-23', timestamp '2026-11-23 01:02:03.004',
        1d, null, array[1, 2]"""
    answer = query.query(QueryString=statement)
    kinds = [column["Type"].get("ScalarType") for column in answer["ColumnInfo"]]
    assert kinds == [
        "BOOLEAN",
        "INTEGER",
        "BIGINT",
        "DOUBLE",
        "DOUBLE",
        "VARCHAR",
        "DATE",
        "TIMESTAMP",
        "INTERVAL_DAY_TO_SECOND",
        "UNKNOWN",
        None,
    ]
    assert answer["ColumnInfo"][-1]["Type"] == {"ArrayColumnInfo": {"Type": {"ScalarType": "INTEGER"}}}
    [row] = answer["Rows"]
    *scalars, null, array = row["Data"]
    assert [datum["ScalarValue"] for datum in scalars] == [
        "true", "2", "3", "1.5", "1.0E10", "text", "2026-11-23", "2026-11-23 01:02:03.004000000", "1 00:00:00.000000000",
    ]  # fmt: skip
    assert null == {"NullValue": True}
    assert array == {"ArrayValue": [{"ScalarValue": "1"}, {"ScalarValue": "2"}]}


def test_a_wrong_statement_is_a_validation_exception_with_its_place(query: Any) -> None:
    for statement in ('SELECT x FROM "WebAnalyticsDb"."PageViewsTable"', "DROP TABLE x", "SELECT no_such_function(1)"):
        with pytest.raises(query.exceptions.ValidationException, match=r"line 1:\d+"):
            query.query(QueryString=statement)


def test_queries_are_prepared_without_being_run(query: Any) -> None:
    told = query.prepare_query(QueryString='SELECT 1 / 0 AS never, website FROM "WebAnalyticsDb"."PageViewsTable"', ValidateOnly=True)
    assert [(column["Name"], column["Type"]["ScalarType"]) for column in told["Columns"]] == [("never", "INTEGER"), ("website", "VARCHAR")]


def test_clients_find_the_database_and_the_table(write: Any) -> None:
    assert [each["DatabaseName"] for each in write.list_databases()["Databases"]] == ["WebAnalyticsDb"]
    assert [each["TableName"] for each in write.list_tables(DatabaseName="WebAnalyticsDb")["Tables"]] == ["PageViewsTable"]
    assert write.describe_database(DatabaseName="WebAnalyticsDb")["Database"]["TableCount"] == 1
    assert write.describe_table(**TABLE)["Table"]["TableStatus"] == "ACTIVE"
    with pytest.raises(write.exceptions.ResourceNotFoundException):
        write.describe_table(DatabaseName="WebAnalyticsDb", TableName="Other")


def test_the_environment_alone_leads_there_by_endpoint_discovery(tribute: Tribute, owners_key: dict[str, str]) -> None:
    program = "import boto3; print(boto3.client('timestream-query').query(QueryString='SELECT 1')['Rows'])"
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL_TIMESTREAM_QUERY": f"{tribute.url}/aws/timestream",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "NO_PROXY": "127.0.0.1",
        **{name.upper(): value for name, value in owners_key.items()},
    }
    told = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert told.stdout.strip() == "[{'Data': [{'ScalarValue': '1'}]}]", told.stderr
