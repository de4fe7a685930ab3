"""The system's Chromium: the one without a desk of its own where it is installed, which needs a fifth less."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from shutil import which

from playwright.async_api import Browser, async_playwright

_HEADLESS = "/usr/bin/chromium-headless-shell"
EXECUTABLE = os.environ.get("DESKCHAT_CHROMIUM") or which(_HEADLESS) or "/usr/bin/chromium"

_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FEWER_PROCESSES = ("--in-process-gpu", "--enable-features=NetworkServiceInProcess2")
"""Two less than people's browsers have: nothing goes to and fro between them, a sixth of all work."""


@asynccontextmanager
async def running_chromium(*flags: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        # Without its sandbox, so that it starts for root and in containers too: it is shown our own pages only.
        chromium = await playwright.chromium.launch(
            executable_path=EXECUTABLE, args=[*_FLAGS, *flags], chromium_sandbox=False
        )
        try:
            yield chromium
        finally:
            await chromium.close()
