"""What each command of a client does, and what is replied."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

import structlog

from deskchat.domain import messages, reading
from deskchat.domain.errors import Refusal, Unexpected
from deskchat.domain.messages import Message, Posted
from deskchat.domain.ports import Transaction
from deskchat.domain.reading import Mark
from deskchat.realtime.frames import CommandRefused, Delete, Edit, Ok, Post, Read, refused

log = structlog.get_logger(__name__)

Writing: TypeAlias = Post | Edit | Delete | Read
"""The commands that change something."""

Result: TypeAlias = Posted | Message | Mark


def work_of(command: Writing, by: int) -> Callable[[Transaction], Result]:
    """What its transaction has to do; it raises the Refusal of the rule that says no."""
    match command:
        case Post(room=room, key=key, text=text):
            return messages.Post(by, room, key, text)
        case Edit(room=room, number=number, text=text):
            return partial(messages.edit, by=by, room=room, number=number, text=text)
        case Delete(room=room, number=number):
            return partial(messages.delete, by=by, room=room, number=number)
        case Read(room=room, number=number):
            return partial(reading.read, by=by, room=room, number=number)


def reply_to(command: Writing, by: int, done: Future[Result]) -> Ok | CommandRefused:
    """Once its transaction is committed, or was refused."""
    try:
        return _accept(command, done.result())
    except Refusal as refusal:
        return refused(refusal, command.ref)
    except Exception:
        log.exception("command-failed", user=by, command=type(command).__name__)
        return refused(Unexpected(), command.ref)


def _accept(command: Writing, result: Result) -> Ok:
    match result:
        case Posted(number, seq):
            return Ok(command.ref, number, seq)
        case Message(changed=seq):
            return Ok(command.ref, seq=seq)
        case Mark():
            return Ok(command.ref)
