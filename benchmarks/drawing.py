"""Draws plots as SVG files in the colours of Tribute's own charts, for light and dark pages. What they show stands in tables too."""

import math
from collections.abc import Mapping
from html import escape
from typing import Any

from benchmarks.numbers import with_unit, written

_WIDTH = 760
_LEFT = 240
_BAR, _STEP = 20, 32
_TOP, _HEIGHT = 52, 240
_STYLE = """
text { font: 14px system-ui, sans-serif; fill: #14181f } .muted { fill: #545d6b; font-size: 12px } .axis { stroke: #dfe3e8 }
.ground { fill: #ffffff } .fill-1 { fill: #1f5fd1 } .line { fill: none; stroke-width: 2 }
.s1 { stroke: #1f5fd1 } .s2 { stroke: #d07a00 } .s3 { stroke: #4b1e63 } .s4 { stroke: #2f97a8 } .s5 { stroke: #6b3a12 }
@media (prefers-color-scheme: dark) {
text { fill: #eef1f5 } .muted { fill: #a3adba } .axis { stroke: #2a313a } .ground { fill: #0f1216 } .fill-1 { fill: #7fb0ff }
.s1 { stroke: #7fb0ff } .s2 { stroke: #e8873f } .s3 { stroke: #f5dc6a } .s4 { stroke: #b85a9b } .s5 { stroke: #7df3e1 }
}"""
_DASHES = ("", "6 3", "2 3", "10 3 2 3", "1 2")


def draw(plot: Mapping[str, Any]) -> str:
    """The SVG of a plot as the JSON holds it: `kind` with the fields of `Bars` or `Lines`."""
    return _bars(plot) if plot["kind"] == "Bars" else _lines(plot)


def _bars(plot: Mapping[str, Any]) -> str:
    bars, unit = plot["bars"], plot["unit"]
    most = max(bars.values())
    least = min(value for value in bars.values() if value > 0)
    room = _WIDTH - _LEFT - 130
    parts = []
    for place, (name, value) in enumerate(bars.items()):
        share = _on_a_logarithm(value, least / 2, most) if plot["logarithmic"] else value / most
        y, length = _TOP + place * _STEP, max(2.0, room * share)
        parts += (
            f'<text x="{_LEFT - 12}" y="{y + 15}" text-anchor="end">{escape(name)}</text>',
            f'<rect class="fill-1" x="{_LEFT}" y="{y}" width="{length:.1f}" height="{_BAR}" rx="2"/>',
            f'<text x="{_LEFT + length + 8:.1f}" y="{y + 15}">{escape(with_unit(value, unit))}</text>',
        )
    scale = ", on a logarithmic scale" if plot["logarithmic"] else ""
    return _svg(plot["caption"] + scale, parts, _TOP + len(bars) * _STEP + 8)


def _lines(plot: Mapping[str, Any]) -> str:
    places, series = plot["places"], plot["series"]
    values = [value for line in series.values() for value in line if value is not None]
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))
    high = max(high, low * 10)
    left, right = 70, _WIDTH - 220
    step = (right - left) / max(1, len(places) - 1)

    def y_of(value: float) -> float:
        return _TOP + _HEIGHT * (1 - _on_a_logarithm(value, low, high))

    parts = []
    for power in range(round(math.log10(low)), round(math.log10(high)) + 1):
        y, label = y_of(10.0**power), written(10**power)
        parts += (
            f'<line class="axis" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>',
            f'<text class="muted" x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>',
        )
    for place, name in enumerate(places):
        parts.append(
            f'<text class="muted" x="{left + place * step:.1f}" y="{_TOP + _HEIGHT + 20}" text-anchor="middle">{escape(name)}</text>'
        )
    for number, (name, line) in enumerate(series.items()):
        look = f'class="line s{number % 5 + 1}" stroke-dasharray="{_DASHES[number % 5]}"'
        points = [f"{left + place * step:.1f},{y_of(value):.1f}" for place, value in enumerate(line) if value is not None]
        y = _TOP + 12 + number * 24
        parts += (
            f'<polyline {look} points="{" ".join(points)}"/>',
            f'<line {look} x1="{right + 20}" x2="{right + 48}" y1="{y - 5}" y2="{y - 5}"/>',
            f'<text x="{right + 56}" y="{y}">{escape(name)}</text>',
        )
    return _svg(f"{plot['caption']}, in {plot['unit']}, on a logarithmic scale", parts, _TOP + _HEIGHT + 36)


def _on_a_logarithm(value: float, low: float, high: float) -> float:
    """Where a value lies between two others, 0 to 1."""
    return (math.log(max(value, low)) - math.log(low)) / (math.log(high) - math.log(low))


def _svg(caption: str, parts: list[str], height: int) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(caption)}">'
    ground = f'<rect class="ground" width="{_WIDTH}" height="{height}"/>'
    title = f'<text x="16" y="28" font-weight="600">{escape(caption)}</text>'
    return "\n".join((head, f"<style>{_STYLE}</style>", ground, title, *parts, "</svg>\n"))
