"""Ids that tell nobody how many others there are."""

import secrets
from typing import Annotated

from msgspec import Meta

LARGEST_ID = 2**53 - 1
"""Ids, numbers and seqs stay exact in JavaScript."""

Id = Annotated[int, Meta(ge=1, le=LARGEST_ID)]
Count = Annotated[int, Meta(ge=0, le=LARGEST_ID)]
Milliseconds = Annotated[
    int,
    Meta(
        ge=0,
        le=LARGEST_ID,
        description="Milliseconds since 1970-01-01T00:00:00Z, by the server's clock",
    ),
]


def new_id() -> int:
    """A random id in 1 … 2**53 - 1. Counting ids would tell outsiders how many rooms there are."""
    return secrets.randbelow(LARGEST_ID) + 1
