"""Prints figures as tables: a line for each work, a column for each peer, then the ratios."""

from __future__ import annotations

from collections.abc import Iterator

from bench.results import Key, Results

Row = list[str]


def tables(results: Results) -> Iterator[str]:
    """Yield one table for each part, setting and unit."""
    kinds = dict.fromkeys((key.part, key.setting, key.unit) for key in results.values)
    for part, setting, unit in kinds:
        keys = [key for key in results.values if key[:3] == (part, setting, unit)]
        works = list(dict.fromkeys(key.work for key in keys))
        peers = list(dict.fromkeys(key.peer for key in keys))
        yield f"{part}: {setting}, {unit} (medians)\n" + _grid(
            [_header(peers), *(_line(results, Key(part, setting, unit, work, ""), peers) for work in works)]
        )


def _header(peers: list[str]) -> Row:
    return ["", *peers, *(f"ours/{peer}" for peer in _others(peers))]


def _line(results: Results, key: Key, peers: list[str]) -> Row:
    medians = [results.median(key._replace(peer=peer)) for peer in peers]
    ours = key._replace(peer="ours")
    ratios = [results.ratio(ours, key._replace(peer=peer)) for peer in _others(peers)]
    return [key.work, *(number(value) for value in medians), *(number(value) for value in ratios)]


def _others(peers: list[str]) -> list[str]:
    return [peer for peer in peers if peer != "ours"] if "ours" in peers else []


def number(value: float | None) -> str:
    """Write a figure with three digits that count."""
    if value is None:
        return "-"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _grid(rows: list[Row]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join("  ".join(_cells(row, widths)).rstrip() for row in rows) + "\n"


def _cells(row: Row, widths: list[int]) -> Iterator[str]:
    yield row[0].ljust(widths[0])
    for text, width in zip(row[1:], widths[1:], strict=True):
        yield text.rjust(width)
