"""Tables for spreadsheet programs: CSV that is sent as it is read, and that no program takes for formulas."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime

from litestar.response import Stream

CSV = "text/csv"

Cell = str | int | None
Rows = Iterable[Sequence[Cell]]

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Without it they take the text for an older encoding.
_MARK = "\ufeff"


async def stream_table(name: str, heading: Sequence[str], pages: AsyncIterator[Rows]) -> Stream:
    """The file `name`. Its first page is read before anything is answered: what is refused is refused as ever."""
    first = await anext(pages)

    async def encode() -> AsyncIterator[bytes]:
        yield (_MARK + encode_rows([heading])).encode()
        yield encode_rows(first).encode()
        async for rows in pages:
            yield encode_rows(rows).encode()

    return Stream(
        encode(),
        media_type=CSV,
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def encode_rows(rows: Rows) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_guard(cell) for cell in row] for row in rows)
    return text.getvalue()


def show_time(milliseconds: int | None) -> str | None:
    """As spreadsheets read times: "2026-11-22 05:15:40", UTC."""
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _guard(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_BEGINS_A_FORMULA):
        return "'" + cell
    return cell
