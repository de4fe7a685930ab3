"""The bus: letters between servers, by the channels of Valkey or Redis. It keeps nothing, and nothing is sent twice."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import redis
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import RedisError

from deskchat import __version__

log = structlog.get_logger(__name__)

LONGEST_ANSWER = 3.0
"""Seconds after which a bus that does not answer is given up, and connected to anew."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
"""Seconds between two attempts to connect: each that fails doubles them."""
MOST_QUEUED = 10_000
"""Letters that wait to be sent; the next ones are dropped. Who misses them reads from the database what they told."""
MOST_AT_ONCE = 500

Hear = Callable[[str, bytes], None]


def is_address(url: str) -> bool:
    """Whether the client knows what to make of it, and of each option in it."""
    try:
        _ = Redis.from_url(_as_redis(url)).connection_pool.make_connection()  # type: ignore[no-untyped-call]
    except (TypeError, ValueError):
        return False
    return True


def find_fault(url: str) -> str | None:
    """Why what is sent on the bus is not heard, in words without its address; None if it is. Blocks."""
    channel = f"deskchat:doctor:{secrets.token_hex(8)}"
    try:
        with (
            redis.Redis.from_url(_as_redis(url), socket_timeout=LONGEST_ANSWER) as client,
            client.pubsub(ignore_subscribe_messages=True) as channels,
        ):
            channels.subscribe(channel)
            client.publish(channel, b"")
            until = time.monotonic() + LONGEST_ANSWER
            while time.monotonic() < until:
                if channels.get_message(timeout=LONGEST_ANSWER):
                    return None
    except (RedisError, OSError) as error:
        return f"The bus does not answer ({type(error).__name__})."
    return "The bus answers, and does not carry what is sent."


def _as_redis(url: str) -> str:
    """The client knows no other name for it."""
    return re.sub(r"^valkey(s?):", r"redis\1:", url)


class Bus:
    """Used on the event loop. `hear` gets what comes on a channel that is followed; `open_` what is followed from now on.

    `prefix` stands before the names of all channels: other workspaces may use the same bus.
    """

    def __init__(self, url: str, hear: Hear, open_: Callable[[str], None]) -> None:
        self._client = Redis.from_url(
            _as_redis(url),
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=LONGEST_ANSWER,
            driver_info=DriverInfo("deskchat", __version__),
        )
        self.prefix = ""
        self._hear = hear
        self._open = open_
        self._opened: set[str] = set()
        self._heard_any = False
        self._followed: set[str] = set()
        self._to_follow: set[str] = set()
        self._to_leave: set[str] = set()
        self._letters: list[tuple[str, bytes]] = []
        self._due = asyncio.Event()

    def send(self, channel: str, letter: bytes) -> None:
        """In the next turn of the loop, with all that is sent in this one."""
        if len(self._letters) < MOST_QUEUED:
            self._letters.append((channel, letter))
            self._due.set()

    def follow(self, channel: str) -> None:
        self._followed.add(channel)
        self._to_leave.discard(channel)
        self._to_follow.add(channel)
        self._due.set()

    def is_open(self, channel: str) -> bool:
        """Whether what is told on it is heard."""
        return channel in self._opened

    def leave(self, channel: str) -> None:
        self._followed.discard(channel)
        self._opened.discard(channel)
        self._to_follow.discard(channel)
        self._to_leave.add(channel)
        self._due.set()

    async def run(self) -> None:
        """Connects, and connects anew whenever that fails, until it is cancelled; then sends what still waits."""
        pause = SHORTEST_PAUSE
        try:
            while True:
                try:
                    await self._converse()
                except* (RedisError, OSError, TimeoutError) as errors:
                    log.warning("bus-lost", error=type(errors.exceptions[0]).__name__)
                    # What waited is old news by now, and has been missed already.
                    self._letters.clear()
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE) if not self._heard_any else SHORTEST_PAUSE
        finally:
            with suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(LONGEST_ANSWER):
                    await self._send()
            await self._client.aclose()

    async def _converse(self) -> None:
        self._heard_any = False
        # What is subscribed to is told one by one as it is confirmed, also after a connection was lost.
        self._to_follow = {*self._followed}
        self._to_leave.clear()
        self._opened.clear()
        async with self._client.pubsub() as channels:
            async with asyncio.timeout(LONGEST_ANSWER):
                await self._subscribe(channels)
            async with asyncio.TaskGroup() as group:
                _ = group.create_task(self._listen(channels))
                _ = group.create_task(self._speak(channels))

    async def _listen(self, channels: PubSub) -> None:
        heard = 0
        async for message in channels.listen():
            self._heard_any = True
            self._take(message)
            heard += 1
            if heard % MOST_AT_ONCE == 0:
                # What is in the buffer already is read without waiting: others have their turn as well.
                await asyncio.sleep(0)

    def _take(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode().removeprefix(self.prefix)
        if message["type"] == "message":
            self._hear(channel, message["data"])
        elif message["type"] == "subscribe" and channel in self._followed:
            self._opened.add(channel)
            self._open(channel)

    async def _speak(self, channels: PubSub) -> None:
        while True:
            _ = await self._due.wait()
            self._due.clear()
            async with asyncio.timeout(LONGEST_ANSWER):
                await self._subscribe(channels)
                await self._send()
            task = asyncio.current_task()
            if task and task.cancelling():
                # Python 3.11 loses a cancellation in `wait_for`, which the client library uses.
                raise asyncio.CancelledError

    async def _subscribe(self, channels: PubSub) -> None:
        for change, wanted in ((channels.subscribe, self._to_follow), (channels.unsubscribe, self._to_leave)):
            names = [self.prefix + channel for channel in wanted]
            wanted.clear()
            for start in range(0, len(names), MOST_AT_ONCE):
                await change(*names[start : start + MOST_AT_ONCE])

    async def _send(self) -> None:
        letters, self._letters = self._letters, []
        for start in range(0, len(letters), MOST_AT_ONCE):
            async with self._client.pipeline(transaction=False) as pipeline:
                for channel, letter in letters[start : start + MOST_AT_ONCE]:
                    _ = pipeline.publish(self.prefix + channel, letter)
                await pipeline.execute()
