"""Settings of a server, read once when it starts, from the command line and DESKCHAT_… (see `cli`)."""

import ipaddress
import re
from functools import cache
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

BUSES = ("redis://", "rediss://", "valkey://", "valkeys://", "unix://")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,}")
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class BadSetting(ValueError):
    """A setting that cannot work; the message names it and says what it should be."""


class Settings(Struct, frozen=True):
    """`url` is the address that people type, `trusted_proxies` whose X-Forwarded-… headers are believed."""

    host: str = "127.0.0.1"
    port: int = 8000
    data: Path = Path("data")
    url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    log_level: str = "info"
    database: str = ""
    """The address of a PostgreSQL database; without one, everything is in a file in the data folder."""
    bus: str = ""
    """The address of a Valkey or Redis by which several servers of one database tell each other news."""
    workers: int = 1
    """Processes that serve side by side on this port, each a server like another."""
    metrics_token: str = ""
    """Who sends it may read the metrics; without one nobody may."""

    def __post_init__(self) -> None:
        if self.url:
            _check_url(self.url)
        if self.database and not self.database.startswith(("postgresql://", "postgres://")):
            # Not quoted: it may hold a password.
            raise BadSetting(
                "DESKCHAT_DATABASE should look like postgresql://deskchat@db.example.com/deskchat"
            )
        if self.bus:
            _check_bus(self.bus)
        if self.bus and not self.database:
            raise BadSetting(
                "DESKCHAT_BUS joins the servers of one PostgreSQL: set DESKCHAT_DATABASE as well."
            )
        if self.workers > 1 and not self.bus:
            raise BadSetting(
                "Several workers tell each other news by a Valkey or Redis: set DESKCHAT_BUS as well."
            )
        if self.metrics_token and not _TOKEN.fullmatch(self.metrics_token):
            # Not quoted either.
            raise BadSetting(
                "DESKCHAT_METRICS_TOKEN should be 16 letters and digits or more, as `openssl rand -hex 32` makes them."
            )
        for proxy in self.trusted_proxies:
            _check_proxy(proxy)

    @override
    def __repr__(self) -> str:
        # The addresses of the database and of the bus may hold a password, and the token is one.
        return f"Settings({self.public_url!r}, {str(self.data)!r})"

    @property
    def public_url(self) -> str:
        """Without a slash at the end."""
        if self.url:
            return self.url.rstrip("/")
        return f"http://{_in_url(_reachable(self.host))}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether people reach the server by https only."""
        return self.public_url.startswith("https:")

    @property
    def origins(self) -> frozenset[str]:
        """What a browser calls this server's pages. Without a public address, every name of this machine's own."""
        return _find_origins(self.url, self.host, self.port)

    def at_port(self, port: int) -> "Settings":
        return replace(self, port=port)


def is_loopback(host: str) -> bool:
    return host in LOOPBACK_NAMES or host == "::1" or host.startswith("127.")


def _check_url(url: str) -> None:
    parts = _split(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSetting(f"DESKCHAT_URL is {url!r}. It should look like https://chat.example.com")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise BadSetting(f"DESKCHAT_URL is {url!r}. It should end after the host: https://chat.example.com")


def _check_bus(url: str) -> None:
    # What can speak to one is loaded only where there is one.
    from deskchat.realtime.bus import is_address

    if not (url.startswith(BUSES) and is_address(url)):
        # Not quoted: it may hold a password.
        raise BadSetting("DESKCHAT_BUS should look like redis://bus.example.com:6379/0")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadSetting(f"DESKCHAT_URL is {url!r}. {error}.") from error
    return parts


def _check_proxy(proxy: str) -> None:
    try:
        ipaddress.ip_network(proxy)
    except ValueError as error:
        raise BadSetting(
            f"DESKCHAT_TRUSTED_PROXIES holds {proxy!r}. It should be addresses or networks: 10.0.0.1,10.1.0.0/16"
        ) from error


@cache  # every request that changes something asks
def _find_origins(url: str, host: str, port: int) -> frozenset[str]:
    if url:
        return frozenset((_origin(urlsplit(url)),))
    names = (*LOOPBACK_NAMES, _in_url(host))
    return frozenset(_origin(urlsplit(f"http://{name}:{port}")) for name in names)


def _origin(parts: SplitResult) -> str:
    """Scheme, host and port as browsers write them: lower case, no port where it is the scheme's own."""
    usual = {"http": 80, "https": 443}[parts.scheme]
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return f"{parts.scheme}://{_in_url(parts.hostname or '')}{port}"


def _reachable(host: str) -> str:
    """A server that listens everywhere is reached at this machine's name for itself."""
    return "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
