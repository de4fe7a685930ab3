"""Statements that are compiled once for all databases of the tests: that takes longer than carrying them out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import create_engine
from typing_extensions import override

from deskchat.storage import postgresql, sqlite


class _Compiled(dict[Any, Any]):
    """SQLAlchemy's keys begin with the dialect of one engine; what it compiles is the same for all of its kind."""

    @override
    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_for_any_engine(key), default)

    @override
    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_for_any_engine(key), compiled)


def _for_any_engine(key: Any) -> Any:
    dialect, *rest = key
    return type(dialect), *rest


@contextmanager
def compiled_once() -> Iterator[None]:
    create = partial(create_engine, execution_options={"compiled_cache": _Compiled()})
    with pytest.MonkeyPatch.context() as patch:
        for engine in (sqlite, postgresql):
            patch.setattr(engine, "create_engine", create)
        yield
