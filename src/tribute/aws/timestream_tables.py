"""What there is at Timestream's door, as its clients ask before they work: one database, one table, and where to go on."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tribute.analytics.timestream.table import DATABASE, TABLE
from tribute.aws.call import Call, Operation
from tribute.aws.errors import AwsError

_CACHED_MINUTES: Final = 1440
_ARN = "arn:aws:timestream:tribute:000000000000:database"


class _Named(msgspec.Struct, rename="pascal"):
    database_name: str | None = None
    table_name: str | None = None


class TimestreamTables:
    """Tells of the database and the table; they need no making."""

    def __init__(self, door: str, public_url: str | None) -> None:
        """`door` is the path of Timestream's door; `public_url` goes before the address that a client itself has used."""
        self._door = door
        self._public_url = public_url
        self.operations: Mapping[str, Operation] = {
            "DescribeEndpoints": self._endpoints,
            "DescribeDatabase": self._database,
            "ListDatabases": self._databases,
            "DescribeTable": self._table,
            "ListTables": self._tables,
        }

    async def _endpoints(self, call: Call) -> dict[str, Any]:
        """With its scheme: without one, SDKs would take the address for one with TLS."""
        address = (self._public_url or call.origin) + self._door
        return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": _CACHED_MINUTES}]}

    async def _database(self, call: Call) -> dict[str, Any]:
        demand_database(call.read(_Named).database_name or "")
        return {"Database": _DATABASE}

    async def _databases(self, _call: Call) -> dict[str, Any]:
        return {"Databases": [_DATABASE]}

    async def _table(self, call: Call) -> dict[str, Any]:
        asked = call.read(_Named)
        demand_table(asked.database_name or "", asked.table_name or "")
        return {"Table": _TABLE}

    async def _tables(self, call: Call) -> dict[str, Any]:
        database = call.read(_Named).database_name
        if database is not None:
            demand_database(database)
        return {"Tables": [_TABLE]}


_DATABASE: Final = {"Arn": f"{_ARN}/{DATABASE}", "DatabaseName": DATABASE, "TableCount": 1}
_TABLE: Final = {
    "Arn": f"{_ARN}/{DATABASE}/table/{TABLE}",
    "TableName": TABLE,
    "DatabaseName": DATABASE,
    "TableStatus": "ACTIVE",
    "RetentionProperties": {"MemoryStoreRetentionPeriodInHours": 8766, "MagneticStoreRetentionPeriodInDays": 73000},
    "MagneticStoreWriteProperties": {"EnableMagneticStoreWrites": True},
}


def demand_database(name: str) -> None:
    """Raises AwsError for any but ours."""
    if name != DATABASE:
        raise AwsError("ResourceNotFoundException", f"The database {name[:80]} does not exist; there is {DATABASE}.", 404)


def demand_table(database: str, table: str) -> None:
    """Raises AwsError for any but ours."""
    demand_database(database)
    if table != TABLE:
        raise AwsError("ResourceNotFoundException", f"The table {table[:80]} does not exist; there is {TABLE}.", 404)
