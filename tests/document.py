"""The OpenAPI document as it is kept, which `tests/api/test_openapi.py` compares with the code's: making it takes long."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

KEPT = Path(__file__).parents[1] / "docs" / "openapi.json"


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(KEPT.read_bytes())
    return found
