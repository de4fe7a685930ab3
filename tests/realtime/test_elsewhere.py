"""What other servers do reaches a session late, in part or not at all: it is told nothing that is not for its user."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from deskchat.domain import messages, rooms
from deskchat.domain.events import LARGEST_REPLAY
from deskchat.domain.messages import MessagePosted
from deskchat.domain.news import News, ToRoom
from deskchat.domain.ports import Transaction
from deskchat.domain.users import User
from deskchat.realtime.elsewhere import NobodyElse
from deskchat.realtime.frames import Resume
from deskchat.realtime.outlet import Close
from tests.cast import Cast
from tests.realtime.stage import Line, Stage, settle

JOINED = 5
"""The group's seq when nothing has been said in it: five have joined."""


class SomebodyElse(NobodyElse):
    exists = True


@pytest.fixture
async def stage(tmp_path: Path, template: tuple[Path, Cast]) -> AsyncIterator[Stage]:
    """One server of several."""
    database, people = template
    stage = Stage(Path(shutil.copy(database, tmp_path)), people, SomebodyElse())
    yield stage
    for listener in stage.hub.listeners():
        listener.end(Close.LEAVING)
    await stage.run()
    stage.store.close()


def texts(line: Line) -> list[str]:
    return [frame.message.text for frame in line.frames if isinstance(frame, MessagePosted)]


async def post_elsewhere(stage: Stage, text: str) -> list[News]:
    by, room = stage.cast.asha.id, stage.cast.group
    return await stage.do_elsewhere(partial(messages.post, by=by, room=room, key=text, text=text))


async def remove_elsewhere(stage: Stage) -> list[News]:
    def remove(tx: Transaction) -> None:
        rooms.remove_member(tx, stage.cast.asha.id, stage.cast.group, stage.cast.dana.id)

    return await stage.do_elsewhere(remove)


async def show_rooms(stage: Stage, user: User) -> None:
    """To this one first."""
    works = [cast("partial[object]", question.work) for question in stage.store.questions]
    stage.store.look([work.keywords["by"] for work in works].index(user.id))
    await stage.answer()


def of_room(news: list[News]) -> list[News]:
    return [one for one in news if isinstance(one, ToRoom)]


async def test_what_others_tell_in_any_order_and_twice_is_heard_once_and_in_order(stage: Stage) -> None:
    _, bela = await stage.connect(stage.cast.bela)
    first, second = await post_elsewhere(stage, "first"), await post_elsewhere(stage, "second")
    await stage.tell(of_room(second))
    assert texts(bela) == []
    await stage.tell(of_room(first + second))
    await stage.tell(of_room(first))
    assert texts(bela) == ["first", "second"]


async def test_who_was_removed_unnoticed_is_not_told_what_is_said_while_the_rooms_are_shown_anew(
    stage: Stage,
) -> None:
    _, asha = await stage.connect(stage.cast.asha)
    _, dana = await stage.connect(stage.cast.dana)
    await remove_elsewhere(stage)
    stage.hub.renew_room(stage.cast.group)
    await settle()
    await show_rooms(stage, stage.cast.asha)
    await stage.tell(await post_elsewhere(stage, "She has left us."))
    await stage.run()
    assert texts(asha) == ["She has left us."]
    assert texts(dana) == []


async def test_who_was_removed_while_catching_up_is_not_told_what_is_said_after(stage: Stage) -> None:
    for number in range(LARGEST_REPLAY + 1):
        await stage.post_meanwhile(stage.cast.asha, stage.cast.group, f"message {number}")
    _, asha = await stage.connect(stage.cast.asha)
    session, dana = await stage.connect(stage.cast.dana)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    stage.look()
    await stage.answer()
    stage.look()
    await stage.tell(of_room(await remove_elsewhere(stage)))
    await stage.answer()
    dana.take()
    await stage.tell(await post_elsewhere(stage, "She has left us."))
    await stage.run()
    await stage.tell(await post_elsewhere(stage, "For good."))
    assert texts(asha) == ["She has left us.", "For good."]
    assert texts(dana) == []


async def test_who_was_removed_while_nobody_else_listens_is_not_told_what_is_said_after(
    stage: Stage,
) -> None:
    for number in range(LARGEST_REPLAY + 1):
        await stage.post_meanwhile(stage.cast.asha, stage.cast.group, f"message {number}")
    session, dana = await stage.connect(stage.cast.dana)
    await stage.say(session, Resume(1, {stage.cast.group: JOINED}))
    stage.look()
    await stage.answer()
    stage.look()
    await remove_elsewhere(stage)
    await stage.answer()
    await stage.run()
    dana.take()
    _, asha = await stage.connect(stage.cast.asha)
    await stage.tell(await post_elsewhere(stage, "She has left us."))
    assert texts(asha) == ["She has left us."]
    assert texts(dana) == []
