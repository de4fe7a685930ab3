"""Who asks: every command of the domain is run as them, so no route can forget or confuse who acts."""

from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from litestar import Request
from litestar.di import NamedDependency

from deskchat.domain.errors import NoSuchUser, NotSignedIn
from deskchat.domain.messages import Post, Posted
from deskchat.domain.ports import Transaction
from deskchat.domain.sessions import SignedIn
from deskchat.http.parts import Parts, get_parts

P = ParamSpec("P")
T = TypeVar("T")


class Caller:
    def __init__(self, signed_in: SignedIn, parts: Parts) -> None:
        self.signed_in = signed_in
        self.user = signed_in.user.id
        self._parts = parts

    async def read(
        self, work: Callable[Concatenate[Transaction, int, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._parts.store.read(
            lambda tx: self._run(tx, partial(work, tx, self.user, *args, **kwargs))
        )

    async def write(
        self, work: Callable[Concatenate[Transaction, int, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Takes one command of the user's rate: SlowDown."""
        self._parts.limits.take_command(self.user)
        return await self._parts.store.write(
            self.user, lambda tx: self._run(tx, partial(work, tx, self.user, *args, **kwargs))
        )

    async def post(self, room: int, key: str, text: str) -> Posted:
        """Together with what others post at the same time. Takes one command of the user's rate: SlowDown."""
        self._parts.limits.take_command(self.user)
        return await self._parts.store.write(self.user, Post(self.user, room, key, text))

    def _run(self, tx: Transaction, work: Callable[[], T]) -> T:
        try:
            return work()
        except NoSuchUser:
            # Deactivated since the session was looked up: it is the caller who is not here any more.
            found = tx.users.find(self.user)
            if found is None or not found.active:
                raise NotSignedIn from None
            raise


ByCaller = NamedDependency[Caller]


def provide_caller(request: Request[SignedIn, Any, Any]) -> Caller:
    return Caller(request.user, get_parts(request))
