"""What commands do to the events of a home: load, rebuild, import, SQL, quarantine, doctor. Performed in the process that owns the home.

Arguments and results are plain JSON values, because a command may have to ask the server for them.
"""

import base64
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tribute.analytics.port import SqlLimits, SqlResult
from tribute.analytics.timestream.result import TimestreamLimits, TimestreamQuery
from tribute.app.buckets import files_of_bucket
from tribute.app.control import OnProgress
from tribute.app.parts import Parts
from tribute.app.tables import as_json_rows, as_parquet, as_sql_result, with_distinct_columns
from tribute.kit.clock import iso
from tribute.kit.errors import InvalidInputError, NotFoundError, TributeError
from tribute.loader.foreign import ForeignFormat
from tribute.loader.foreign_files import FolderFiles, ForeignFile
from tribute.loader.rebuild import rebuild
from tribute.objects.quarantine import QuarantinedItem
from tribute.objects.s3.address import is_bucket_address

Operation = Callable[["Operations", dict[str, Any], OnProgress], Any]


class Operations:
    """The operations by name. Rebuilds and imports run one at a time."""

    def __init__(self, parts: Parts, *, most_rows: int | None = None) -> None:
        """`most_rows` is what SQL may answer with at most: a server that also collects cannot spare the memory for millions of them."""
        self._parts = parts
        self._most_rows = most_rows
        self._long_work = threading.Lock()
        self._by_name: Mapping[str, Callable[[dict[str, Any], OnProgress], Any]] = {
            "sql": self._sql,
            "load": self._load,
            "rebuild": self._rebuild,
            "import": self._import,
            "quarantine_list": self._quarantine_list,
            "quarantine_show": self._quarantine_show,
            "quarantine_replay": self._quarantine_replay,
            "doctor": self._doctor,
        }

    def perform(self, operation: str, arguments: dict[str, Any], on_progress: OnProgress) -> Any:
        """Perform one. Raises TributeError, with a sentence for the person who asked."""
        work = self._by_name.get(operation)
        if work is None:
            raise TributeError(f"This server does not know the operation {operation!r}; is it an older version?")
        return work(arguments, on_progress)

    def _sql(self, arguments: dict[str, Any], _: OnProgress) -> dict[str, Any]:
        limits = SqlLimits(rows=arguments["max_rows"], seconds=arguments["max_seconds"])
        if self._most_rows is not None and limits.rows > self._most_rows:
            raise InvalidInputError("--max-rows", f"a running server answers with {self._most_rows:,} rows at most; stop it for more")
        result = with_distinct_columns(self._answer(arguments["statement"], arguments.get("dialect", "native"), limits))
        answer: dict[str, Any] = {"columns": list(result.columns), "truncated": result.truncated}
        if arguments.get("parquet"):
            return answer | {"parquet": base64.b64encode(as_parquet(result)).decode()}
        return answer | {"rows": as_json_rows(result)}

    def _answer(self, statement: str, dialect: str, limits: SqlLimits) -> SqlResult:
        """The rows of a statement of the owner's, in DuckDB's SQL or in Timestream's."""
        if dialect == "native":
            return self._parts.store.sql(statement, limits)
        within = TimestreamLimits(limits.rows, limits.seconds)
        return as_sql_result(self._parts.store.timestream(TimestreamQuery(statement, None, self._parts.clock.now(), within)))

    def _load(self, _arguments: dict[str, Any], _: OnProgress) -> dict[str, Any]:
        """Load everything there is now, in the spool and in the objects."""
        report = self._parts.loader.load_spool() + self._parts.loader.load_objects()
        return asdict(report) | {"watermark": _time(self._parts.loader.watermark)}

    def _rebuild(self, _arguments: dict[str, Any], on_progress: OnProgress) -> dict[str, Any]:
        def tell(done: int, total: int) -> None:
            on_progress({"done": done, "total": total, "what": "bytes of objects read"})

        with self._alone("rebuild"):
            report = rebuild(self._parts.store, self._parts.loader, self._parts.loader_of, tell)
        changed = {name: {"before": before, "after": after} for name, (before, after) in report.changed.items()}
        return asdict(report.loaded) | {"derivation": report.derivation, "figures": dict(report.after), "changed": changed}

    def _import(self, arguments: dict[str, Any], on_progress: OnProgress) -> dict[str, Any]:
        def tell(name: str, number: int, total: int | None) -> None:
            on_progress({"done": number - 1, "total": total, "what": f"files ({name.rpartition('/')[2]})"})

        kind, path = ForeignFormat(arguments["format"]), arguments["path"]
        with self._alone("import"):
            if is_bucket_address(path):
                files: Iterable[ForeignFile] = files_of_bucket(self._parts.settings, path, kind, arguments.get("endpoint"))
            else:
                files = FolderFiles(Path(path), kind)
            report = self._parts.importer.take(files, arguments.get("website"), tell)
        self._parts.loader.load_spool()
        return asdict(report)

    def _quarantine_list(self, _arguments: dict[str, Any], _: OnProgress) -> dict[str, Any]:
        return {"items": [_item(item) for item in self._parts.quarantine.list()]}

    def _quarantine_show(self, arguments: dict[str, Any], _: OnProgress) -> dict[str, Any]:
        item = self._parts.quarantine.get(arguments["id"])
        content = self._parts.quarantine.content(item.id)
        return _item(item) | {"content": content.decode(errors="backslashreplace")}

    def _quarantine_replay(self, arguments: dict[str, Any], _: OnProgress) -> dict[str, Any]:
        """Try items again; what can be read now goes to the spool and leaves the quarantine."""
        wanted = arguments.get("id")
        items = [self._parts.quarantine.get(wanted)] if wanted else list(self._parts.quarantine.list())
        replayed = 0
        for item in items:
            if self._parts.importer.replay(item, self._parts.quarantine.content(item.id)):
                self._parts.quarantine.remove(item.id)
                replayed += 1
        self._parts.loader.load_spool()
        return {"replayed": replayed, "kept": len(items) - replayed}

    def _doctor(self, _arguments: dict[str, Any], _: OnProgress) -> dict[str, Any]:
        from tribute.app.doctor import examine  # it stands on Python's mail libraries, see `mail`

        checks = examine(self._parts)
        return {"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]}

    def _alone(self, what: str) -> "_Alone":
        return _Alone(self._long_work, what)


class _Alone:
    """Holds the lock of long work, or says that it is taken."""

    def __init__(self, lock: threading.Lock, what: str) -> None:
        self._lock = lock
        self._what = what

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise TributeError(f"A rebuild or import is under way already; start the {self._what} when it has ended.")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _item(item: QuarantinedItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "source": item.source,
        "offset": item.offset,
        "reason": item.reason,
        "size": item.size,
        "quarantined_at": iso(item.quarantined_at),
    }


def _time(at: Any) -> str | None:
    return iso(at) if at is not None else None


__all__ = ["InvalidInputError", "NotFoundError", "Operations"]
