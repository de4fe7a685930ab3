"""What is asked for at once: one parameter and one text, however much it is. For prepared statements."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Select, String, bindparam, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class _Each(FunctionElement[Any]):
    """A row for each element of a JSON array."""

    name = "json_each"
    inherit_cache = True


class Item(FunctionElement[Any]):
    """An item of an array in it."""

    inherit_cache = False

    def __init__(self, place: int, type_: TypeEngine[Any]) -> None:
        super().__init__(_each.c.value)
        self.place = place
        self.type = type_


@compiles(_Each)
def _(each: _Each, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"json_each({compiler.process(each.clauses, **kwargs)})"


@compiles(_Each, "postgresql")
def _(each: _Each, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(each.clauses, **kwargs)} AS JSON))"


@compiles(Item)
def _(item: Item, compiler: SQLCompiler, **kwargs: Any) -> str:
    return f"json_extract({compiler.process(item.clauses, **kwargs)}, '$[{item.place}]')"


@compiles(Item, "postgresql")
def _(item: Item, compiler: SQLCompiler, **kwargs: Any) -> str:
    value = f"{compiler.process(item.clauses, **kwargs)} ->> {item.place}"
    return f"CAST({value} AS {compiler.dialect.type_compiler_instance.process(item.type)})"


WANTED = _each = _Each(bindparam("wanted", type_=String)).table_valued("value", name="wanted")
"""The table of what is asked for. Joined with for pairs: given several pairs by `IN`, SQLite looks up their first
halves alone, and passes over all that lies there."""

ID = Item(0, BigInteger())
OTHER_ID = Item(1, BigInteger())
WORD = Item(1, String())
"""What stands in a row of it: an id, or an id with another one, or with a word."""

IDS: Select[Any] = select(ID)
"""For `column.in_(IDS)`."""


def wanting(asked: Collection[tuple[int, ...]] | Collection[tuple[int, str]]) -> Mapping[str, str]:
    """The parameter of a statement with WANTED in it."""
    return {"wanted": msgspec.json.encode(list(asked)).decode()}
