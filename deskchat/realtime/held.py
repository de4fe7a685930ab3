"""Frames that wait for a snapshot, or for room in a full connection."""

from __future__ import annotations

from deskchat.realtime.outlet import Batch

MOST_HELD = 256 * 1024
"""Bytes that wait for a snapshot or a full connection; beyond them the list of rooms is read anew instead."""


class Held:
    """Batches that wait, in order; none of them any more once they were too many."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.overflowed = False
        self._size = 0

    def add(self, batch: Batch) -> None:
        self._size += batch.size
        if self._size > MOST_HELD:
            self.give_up()
        else:
            self.frames.extend(batch.frames)

    def give_up(self) -> None:
        """What was held is not all there was."""
        self.overflowed = True
        self.frames.clear()
