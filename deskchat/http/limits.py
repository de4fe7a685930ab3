"""How much, how fast: one set of buckets for everything that arrives, over HTTP and over sockets."""

import time
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from litestar.connection import ASGIConnection

from deskchat.domain.limits import TokenBuckets


class Limits:
    """`commands` a user; `guesses` of one account from one address; `strangers` an address, for a whole office."""

    def __init__(self) -> None:
        self.commands: TokenBuckets[int] = TokenBuckets(rate=50, burst=200)
        self.guesses: TokenBuckets[tuple[str, str]] = TokenBuckets(rate=1 / 10, burst=5)
        self.strangers: TokenBuckets[str] = TokenBuckets(rate=2, burst=60)

    def take_command(self, user: int) -> None:
        """One command of a user, or SlowDown."""
        self.commands.take(user, time.monotonic())

    def take_guess(self, account: str, address: str) -> None:
        """One password tried from an address, or SlowDown. Nobody elsewhere is locked out of the account by it."""
        now = time.monotonic()
        self.strangers.take(address, now)
        self.guesses.take((account, address), now)

    def forgive_guess(self, account: str, address: str) -> None:
        """It was right: signing in costs nothing, however often."""
        self.strangers.give_back(address)
        self.guesses.give_back((account, address))

    def take_stranger(self, address: str) -> None:
        """One request of somebody who is not signed in, or SlowDown."""
        self.strangers.take(address, time.monotonic())


def get_address(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Where a connection comes from; behind a trusted proxy, from whom it says. One IPv6 customer has a /64."""
    client = connection.client
    if client is None:
        return ""
    try:
        address = ip_address(client.host)
    except ValueError:
        return client.host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)
