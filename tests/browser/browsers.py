"""Browsers that nobody has used, or that are as if nobody had: to start one takes longer than most tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize

ENOUGH = 30_000
"""Milliseconds that anything may take on any machine; what takes longer is not coming."""


@dataclass(frozen=True)
class Size:
    """Of a screen, in CSS pixels; `scale`: of its own to one of these. A phone's is touched."""

    name: str
    width: int
    height: int
    is_phone: bool = False
    scale: int = 1

    @property
    def viewport(self) -> ViewportSize:
        return {"width": self.width, "height": self.height}


DESKTOP = Size("desktop", 1280, 800)
PHONE = Size("phone", 390, 844, is_phone=True)
NARROW = Size("narrow", 320, 640, is_phone=True)


class Browsers:
    """Each is a page in a context of its own: cookies and storage are shared with no other.

    `still`: on which nothing moves, as somebody may prefer it.
    """

    def __init__(self, chromium: Browser, still: Collection[Size] = ()) -> None:
        self._chromium = chromium
        self._still = still
        self._clean: defaultdict[Size, list[Page]] = defaultdict(list)

    async def take(self, size: Size) -> Page:
        clean = self._clean[size]
        return clean.pop() if clean else await self._start(size)

    async def give_back(self, page: Page, size: Size, origin: str) -> None:
        """After it was at `origin`, which the server of the next test has, too."""
        context = page.context
        await page.unroute_all()
        await context.unroute_all()
        await context.set_offline(False)
        await _go_where_nothing_is(page, origin)
        for other in context.pages:
            if other is not page:
                await other.close()
        await context.clear_cookies()
        await context.clear_permissions()
        session = await context.new_cdp_session(page)
        await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        await session.detach()
        # The process has a copy of what is kept, which might outlast the origin's own.
        await page.evaluate("localStorage.clear(); sessionStorage.clear()")
        await page.emulate_media(
            color_scheme="null", reduced_motion=self._motion_of(size), forced_colors="null"
        )
        await page.set_viewport_size(size.viewport)
        self._clean[size].append(page)

    async def _start(self, size: Size) -> Page:
        context = await self._chromium.new_context(
            viewport=size.viewport,
            has_touch=size.is_phone,
            is_mobile=size.is_phone,
            device_scale_factor=size.scale,
            reduced_motion=self._motion_of(size),
        )
        context.set_default_timeout(ENOUGH)
        return await context.new_page()

    def _motion_of(self, size: Size) -> Literal["no-preference", "reduce"]:
        return "reduce" if size in self._still else "no-preference"


async def _go_where_nothing_is(page: Page, origin: str) -> None:
    """At the same origin: so the process of the page stays, with what it has compiled and decoded."""
    nowhere = f"{origin}/nowhere"
    await page.route(nowhere, lambda route: route.fulfill(content_type="text/html", body="<!doctype html>"))
    await page.goto(nowhere)
    await page.unroute_all()
