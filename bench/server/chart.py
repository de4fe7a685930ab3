"""A chart of bars, one scale for each: what was measured, what it was measured beside, and a mark where it should end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_TITLE, _BARS, _LABELS = 430, 420, 330
_ROW = 40
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1d2530 }
.small { font-size: 11px; fill: #5b6675 }
.met { fill: #2f7d4f } .missed { fill: #b3402f } .plain { fill: #4668a8 }
.reference { fill: #b9c1cc } .aim { stroke: #1d2530; stroke-width: 2 }
"""


@dataclass(frozen=True)
class Bar:
    """Values of one unit; `is_met` colours the bar."""

    title: str
    value: float
    label: str
    reference: float | None
    reference_label: str
    aim: float | None
    is_met: bool | None


def draw(bars: Sequence[Bar], title: str) -> str:
    """An SVG document."""
    width, height = _TITLE + _BARS + _LABELS, _ROW * (len(bars) + 2)
    rows = "".join(part for place, bar in enumerate(bars, 1) for part in _draw(bar, place * _ROW))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<style>{_STYLE}</style><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="8" y="22">{escape(title)}</text>{rows}'
        f'<text class="small" x="8" y="{height - 12}">Each row has a scale of its own. Dark: Deskchat; light: '
        "the reference of the same run; line: the aim (green: met, red: missed).</text></svg>\n"
    )


def _draw(bar: Bar, y: int) -> Iterator[str]:
    scale = _BARS / (max(bar.value, bar.reference or 0, bar.aim or 0) or 1)
    name = {True: "met", False: "missed", None: "plain"}[bar.is_met]
    yield f'<text x="8" y="{y + 20}">{escape(bar.title)}</text>'
    yield f'<rect class="{name}" x="{_TITLE}" y="{y + 6}" width="{bar.value * scale:.1f}" height="14"/>'
    yield f'<text x="{_TITLE + _BARS + 10}" y="{y + 18}">{escape(bar.label)}</text>'
    if bar.reference is not None:
        width = bar.reference * scale
        yield f'<rect class="reference" x="{_TITLE}" y="{y + 22}" width="{width:.1f}" height="8"/>'
        yield f'<text class="small" x="{_TITLE + _BARS + 10}" y="{y + 31}">{escape(bar.reference_label)}</text>'
    if bar.aim is not None:
        x = _TITLE + bar.aim * scale
        yield f'<line class="aim" x1="{x:.1f}" x2="{x:.1f}" y1="{y + 3}" y2="{y + 33}"/>'
