"""What stands in addresses. The framework enforces and documents these bounds; it does neither with a msgspec.Meta."""

from typing import Annotated

from litestar.params import PathParameter, QueryParameter

from deskchat.domain.ids import LARGEST_ID

PathId = Annotated[int, PathParameter(ge=1, le=LARGEST_ID)]
OptionalId = Annotated[int | None, QueryParameter(ge=1, le=LARGEST_ID)]
OptionalCount = Annotated[int | None, QueryParameter(ge=0, le=LARGEST_ID)]
Seq = Annotated[int, QueryParameter(ge=0, le=LARGEST_ID)]
