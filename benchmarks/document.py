"""Writes the measured part of docs/performance.md, and its plots, from the JSON files beside them: `python -m benchmarks.document`.

What stands around that part is written by hand. A test fails while the document says something else than the figures.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.claims import Bench, Cell, Claim
from benchmarks.contents import ORDER
from benchmarks.drawing import draw
from benchmarks.machine import ROOT
from benchmarks.numbers import with_unit, written

DOCUMENT = ROOT / "docs" / "performance.md"
FIGURES = ROOT / "docs" / "performance"
_PART = re.compile(r"(<!-- measured -->\n).*(<!-- end -->)", re.DOTALL)
_VERDICTS = {"aim reached": "aim reached", "holds": "holds", "missed": "**missed**", "told": ""}


def write() -> None:
    """The document and its plots, as the figures are now. Plots that nothing shows any more are removed."""
    DOCUMENT.write_text(current(DOCUMENT.read_text("utf-8")), "utf-8")
    drawn = plots()
    for path in FIGURES.glob("*.svg"):
        if path.name not in drawn:
            path.unlink()
    for name, content in drawn.items():
        (FIGURES / name).write_text(content, "utf-8")


def current(text: str) -> str:
    """The document's text with its measured part as the figures are now."""
    return _PART.sub(lambda part: part[1] + "\n".join(_measured_part()) + "\n" + part[2], text)


def plots() -> dict[str, str]:
    """The plots by their files' names."""
    return {_plot_file(found, plot): draw(plot) for _, found in runs() for plot in found["plots"]}


def runs() -> Iterator[tuple[Bench, dict[str, Any]]]:
    """Each benchmark with each run of it that is kept, in order; the usual run first."""
    kept = [msgspec.json.decode(path.read_bytes()) for path in sorted(FIGURES.glob("*.json"))]
    for name in ORDER:
        for found in kept:
            if found["bench"] == name:
                yield import_module(f"benchmarks.{name}").BENCH, found


def as_text(bench: Bench, found: Mapping[str, Any]) -> Iterator[str]:
    """For the terminal: claims first, then tables."""
    told = msgspec.to_builtins(found)
    for claim in bench.claims:
        value = told["figures"][claim.name]["value"]
        verdict = claim.verdict(value)
        yield f"{verdict:>11}  {with_unit(value, claim.unit):>14}  {_goal(claim):<26} {claim.says}"
    for table in told["tables"]:
        yield from ("", *_table(table["columns"], table["rows"]))


def _measured_part() -> Iterator[str]:
    everything = list(runs())
    yield from ("", "## All claims", "")
    rows = [_claim_row(claim, found) for bench, found in everything for claim in bench.claims if claim.floor is not None]
    yield from _table(("Claim", "Measured", "Floor, aim", "", "Where"), rows)
    yield ""
    for bench, found in everything:
        yield from _section(bench, found)


def _claim_row(claim: Claim, found: Mapping[str, Any]) -> Sequence[Cell]:
    value = found["figures"][claim.name]["value"]
    return claim.says, with_unit(value, claim.unit), _goal(claim), _VERDICTS[claim.verdict(value)], f"`{found['bench']}`"


def _section(bench: Bench, found: Mapping[str, Any]) -> Iterator[str]:
    asked = ", ".join(f"--{name} {value}" for name, value in found["options"].items())
    yield from (f"## {bench.title}{f' ({asked})' if asked else ''}", "", bench.about.strip(), "")
    figures = found["figures"]
    rows = [_figure_row(claim, figures[claim.name]) for claim in bench.claims]
    yield from _table(("Claim", "Median", "Rounds", "Floor, aim", ""), rows)
    yield ""
    for claim in bench.claims:
        yield from _shortfall(claim, figures[claim.name]["value"])
    for table in found["tables"]:
        yield from (f"**{table['caption']}**", "", *_table(table["columns"], table["rows"]), "")
    for plot in found["plots"]:
        yield from (f"![{plot['caption']}](performance/{_plot_file(found, plot)})", "")
    if bench.leaves_out:
        yield from ("Left out:", "", *(f"- {one}" for one in bench.leaves_out), "")
    yield from (_place(found), "")


def _figure_row(claim: Claim, figure: Mapping[str, Any]) -> Sequence[Cell]:
    value = figure["value"]
    return claim.says, with_unit(value, claim.unit), _spread(figure), _goal(claim), _VERDICTS[claim.verdict(value)]


def _shortfall(claim: Claim, value: float) -> Iterator[str]:
    if claim.floor is None or claim.verdict(value) != "missed":
        return
    by = abs(value - claim.floor) / claim.floor * 100
    told = f"*Missed:* {claim.says}: {with_unit(value, claim.unit)}, {by:.0f} % off its floor of {with_unit(claim.floor, claim.unit)}."
    yield from (f"{told} {claim.limited_by}".strip(), "")


def _goal(claim: Claim) -> str:
    if claim.floor is None:
        return ""
    sign = "≤" if claim.better == "less" else "≥"
    aim = "" if claim.aim is None else f", {with_unit(claim.aim, claim.unit)}"
    return f"{sign} {with_unit(claim.floor, claim.unit)}{aim}"


def _spread(figure: Mapping[str, Any]) -> str:
    rounds = figure["rounds"]
    return f"{len(rounds)}: {written(min(rounds))} … {written(max(rounds))}" if len(rounds) > 1 else ""


def _place(found: Mapping[str, Any]) -> str:
    """On what it was measured, in one line, and where all figures are."""
    machine = found["machine"]
    disk, versions = machine["disk"], machine["versions"]
    return (
        f"Measured {found['measured_at'][:16].replace('T', ' ')} UTC in {found['took_seconds']:.0f} s on {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory_gib']:g} GiB, {machine['system']}, Python {versions['python']}; "
        f"{disk['file_system']} with {disk['fdatasyncs_per_second']:,} `fdatasync` a second (p50 {disk['fdatasync_p50_ms']} ms, "
        f"p99 {disk['fdatasync_p99_ms']} ms); load average {machine['load_before'][0]} before, {machine['load_after'][0]} after. "
        f"All figures: [`{_file(found)}.json`](performance/{_file(found)}.json)."
    )


def _file(found: Mapping[str, Any]) -> str:
    return "-".join((found["bench"], *(f"{name}-{value}" for name, value in found["options"].items())))


def _plot_file(found: Mapping[str, Any], plot: Mapping[str, Any]) -> str:
    return f"{_file(found)}-{plot['name']}.svg"


def _table(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(map(written, row))} |"


def path_of(found: Mapping[str, Any]) -> Path:
    """Where a run's figures are kept. A run with other options than the usual ones lies beside the usual one."""
    return FIGURES / f"{_file(found)}.json"


if __name__ == "__main__":
    write()
