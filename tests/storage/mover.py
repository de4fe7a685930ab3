"""A program that moves, and is killed meanwhile: run as `mover.py MOMENT NTH SOURCE TARGET`.

MOMENT: what it does for the NTH time then: `fill`, `settle`, or an event of SQLAlchemy's, `begin` or `commit`.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, event

from deskchat.storage import move
from deskchat.storage.engine import choose

moment, nth, *addresses = sys.argv[1:]
source, target = (choose(address if "://" in address else "", Path(address)) for address in addresses)
moments = count(1)


def die(*_: object) -> None:
    if next(moments) == int(nth):
        os.kill(os.getpid(), signal.SIGKILL)


move.LARGEST_CHUNK = 4
if moment == "fill":
    filling = type(target).fill

    def fill(*arguments: object) -> None:
        filling(*arguments)  # type: ignore[arg-type]
        die()

    type(target).fill = fill  # type: ignore[assignment, method-assign]
elif moment == "settle":
    type(target).settle = die  # type: ignore[assignment, method-assign]
else:
    event.listen(Engine, moment, die)
move.move(source, target, lambda *_: None)
