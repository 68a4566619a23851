"""How figures are written, in tables, in plots and on the terminal."""

from benchmarks.claims import Cell


def written(value: Cell) -> str:
    """Three telling digits, thousands apart; a dash where nothing was measured."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:,.0f}"
    digits = 2 if abs(value) < 10 else 1
    return f"{value:.3g}" if abs(value) < 0.1 and value else f"{value:.{digits}f}"


def with_unit(value: float, unit: str) -> str:
    return f"{written(value)}{'' if unit in ('×', '%') else ' '}{unit}"
