"""What each command of a client does, within its transaction."""

from __future__ import annotations

from typing import TypeAlias

from deskchat.domain import messages, reading
from deskchat.domain.ports import Transaction
from deskchat.realtime.frames import Delete, Edit, Ok, Post, Read

Writing: TypeAlias = Post | Edit | Delete | Read
"""The commands that change something."""


def carry_out(tx: Transaction, by: int, command: Writing) -> Ok:
    """The reply, or the Refusal of the rule that says no."""
    match command:
        case Post(ref, room, key, text):
            posted = messages.post(tx, by, room, key, text)
            return Ok(ref, posted.number, posted.seq)
        case Edit(ref, room, number, text):
            return Ok(ref, seq=messages.edit(tx, by, room, number, text).changed)
        case Delete(ref, room, number):
            return Ok(ref, seq=messages.delete(tx, by, room, number).changed)
        case Read(ref, room, number):
            reading.read(tx, by, room, number)
            return Ok(ref)
