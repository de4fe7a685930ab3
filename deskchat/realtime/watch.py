"""What is looked after while the server runs: expired sign-ins under open connections, polls that stopped, who has gone."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from deskchat.domain.ports import Store
from deskchat.domain.presence import leave
from deskchat.domain.sessions import find_ended
from deskchat.realtime.connections import Connections
from deskchat.realtime.hub import Hub
from deskchat.realtime.outlet import Close

EVERY = 15.0
"""Seconds between two rounds."""
MOST_AT_ONCE = 500

log = structlog.get_logger(__name__)


async def keep_watch(store: Store, hub: Hub, connections: Connections) -> None:
    """Until it is cancelled."""
    while True:
        await asyncio.sleep(EVERY)
        connections.drop_abandoned()
        for work in (end_expired, keep_last_seen):
            try:
                await work(store, hub)
            except Exception:
                # The next round may find the store answering again.
                log.exception("round-failed", work=work.__name__)


async def end_expired(store: Store, hub: Hub) -> None:
    """Ends the connections of devices whose sign-in has expired or ended."""
    devices = sorted({listener.device for listener in hub.listeners()})
    for start in range(0, len(devices), MOST_AT_ONCE):
        chunk = devices[start : start + MOST_AT_ONCE]
        ended = set(await store.read(partial(find_ended, sessions=chunk)))
        # Hardly ever any, and to pass over ten thousand listeners for each chunk takes a tenth of a second.
        for listener in hub.listeners() if ended else ():
            if listener.device in ended:
                listener.end(Close.SIGNED_OUT)


async def keep_last_seen(store: Store, hub: Hub) -> None:
    """Of everybody who has gone since the last round."""
    left = hub.murmur.take_left()
    if left:
        await store.write(0, partial(leave, left=left))


def end_all(hub: Hub) -> None:
    """The server stops: who does not read is cut off, who polls is answered, and everybody comes back later."""
    for listener in hub.listeners():
        listener.end(Close.RESTARTING)
