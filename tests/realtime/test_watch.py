"""Sign-ins that expire under an open connection, without anybody saying so."""

from __future__ import annotations

import asyncio

from deskchat.realtime.outlet import Close
from deskchat.realtime.watch import MOST_AT_ONCE, end_all, end_expired
from tests.realtime.stage import Stage, settle


async def test_connections_of_expired_sign_ins_end_and_others_stay(stage: Stage) -> None:
    expired, gone = await stage.connect(stage.cast.bela)
    _, kept = await stage.connect(stage.cast.bela)
    await stage.do(lambda tx: tx.sessions.remove(expired.user, expired.device))
    await stage.finish(end_expired(stage.store, stage.hub))
    assert (gone.closed, kept.closed) == (Close.SIGNED_OUT, None)


async def test_all_are_asked_for_in_few_questions(stage: Stage) -> None:
    await stage.connect(stage.cast.bela)
    await stage.connect(stage.cast.chidi)
    round_ = asyncio.create_task(end_expired(stage.store, stage.hub))
    await settle()
    assert len(stage.store.questions) == 1
    assert MOST_AT_ONCE == 500
    await stage.run()
    await round_


async def test_when_the_server_stops_every_connection_is_told_to_come_back(stage: Stage) -> None:
    _, bela = await stage.connect(stage.cast.bela)
    _, asha = await stage.connect(stage.cast.asha)
    end_all(stage.hub)
    assert (bela.closed, asha.closed) == (Close.RESTARTING, Close.RESTARTING)
    assert [*stage.hub.listeners()] == []
