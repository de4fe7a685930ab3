"""`deskchat`, but for one thing: nobody's rate of commands is limited, so that a few can saturate a server.

Every command is still counted against its user's bucket. All other bounds are as they are.
"""

from __future__ import annotations

from unittest.mock import patch

from typing_extensions import override

from deskchat import app, cli
from deskchat.domain.limits import TokenBuckets
from deskchat.http.limits import Limits

BEYOND_REACH = 1_000_000


class Unlimited(Limits):
    @override
    def __init__(self) -> None:
        super().__init__()
        self.commands = TokenBuckets(rate=BEYOND_REACH, burst=BEYOND_REACH)


if __name__ == "__main__":
    with patch.object(app, "Limits", Unlimited):
        cli.main()
