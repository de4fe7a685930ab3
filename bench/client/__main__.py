"""How the client feels: `make bench-client` measures it in a real browser, against a real server.

Figures, no tests: they depend on the machine. `--minutes` is how long the memory is watched.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Any

from playwright.async_api import Browser, CDPSession, expect

from bench.client.office import MESSAGES, PEOPLE, Office, furnish, talking
from tests.browser.browsers import DESKTOP, Browsers
from tests.browser.chromium import running_chromium
from tests.browser.device import Device, Devices
from tests.browser.process import ServerProcess

PROBE = (Path(__file__).parent / "probe.js").read_text("utf-8")
TIMES = 40
"""How often what takes a moment is done."""
ROUNDS_BEFORE = 10
"""A minute: until then the browser compiles what runs often, and keeps that."""
LONG = 50
"""Milliseconds: a task that takes longer is felt."""


@dataclass
class Report:
    """The table, line by line."""

    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, what: str, figure: str, aim: str) -> None:
        self.lines.append((what, figure, aim))
        sys.stderr.write(f"{what}: {figure}\n")

    def add_times(self, what: str, times: Sequence[float], aim: str) -> None:
        p50, p95 = _percentile(times, 50), _percentile(times, 95)
        self.add(what, f"p50 {p50:.0f} ms, p95 {p95:.0f} ms", aim)

    def add_tasks(self, what: str, tasks: Sequence[float], aim: str) -> None:
        longest = f", the longest {max(tasks):.0f} ms" if tasks else ""
        self.add(what, f"{len(tasks)} tasks over {LONG} ms{longest}", aim)

    def __str__(self) -> str:
        widths = [max(len(line[column]) for line in self.lines) for column in range(3)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            for line in self.lines
        )


@dataclass(frozen=True)
class Bench:
    url: str
    office: Office
    chromium: Browser
    devices: Devices
    report: Report

    async def open_device(self) -> Device:
        device = await self.devices.open("about:blank", size=DESKTOP, path="")
        device.origin = self.url
        name, _, value = self.office.cookie_of(self.office.people.asha).partition("=")
        await device.context.add_cookies([{"name": name, "value": value, "url": self.url}])
        await device.page.add_init_script(PROBE)
        await device.go_to("/")
        await expect(device.heading("Explore")).to_be_visible()
        return device


async def measure(minutes: float) -> Report:
    report = Report()
    report.add("", "measured", "aim")
    with TemporaryDirectory(prefix="deskchat-bench-") as folder:
        sys.stderr.write(f"Furnishing an office of {PEOPLE:,} people …\n")
        office = await furnish(Path(folder))
        async with ServerProcess(Path(folder)) as server, running_chromium() as chromium:
            bench = Bench(server.url, office, chromium, Devices(Browsers(chromium)), report)
            await measure_first_load(bench)
            device = await bench.open_device()
            await measure_opening(bench, device)
            await measure_picking(bench, device)
            await measure_room(bench, device)
            await measure_memory(bench, device, minutes)
    return report


async def measure_first_load(bench: Bench) -> None:
    """What comes over the network until the desk stands, by kind."""
    context = await bench.chromium.new_context(viewport=DESKTOP.viewport)
    name, _, value = bench.office.cookie_of(bench.office.people.asha).partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": bench.url}])
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: defaultdict[str, float] = defaultdict(float)
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))

    def add(event: dict[str, Any]) -> None:
        sizes[kinds.get(event["requestId"], "Other")] += event["encodedDataLength"] / 1000

    session.on("Network.loadingFinished", add)
    await session.send("Network.enable")
    await page.goto(bench.url, wait_until="networkidle")
    await context.close()
    code = sizes["Document"] + sizes["Script"] + sizes["Stylesheet"]
    bench.report.add("First load: page, script, style", f"{code:.0f} KB gzip", "120 KB")
    bench.report.add(
        "First load: font and icons", f"{sizes['Font'] + sizes['Image'] + sizes['Other']:.0f} KB", ""
    )


async def measure_opening(bench: Bench, device: Device) -> None:
    """The chatbox, from the click to its rows on the screen."""
    await device.page.evaluate("bench.takeShifts()")
    times = []
    for _ in range(TIMES):
        await device.page.evaluate("bench.armShown('click', '.chatbox .conversation')")
        # Nothing is looked for meanwhile: that too takes the page's time.
        await device.chat_button.click()
        times.append(await device.page.evaluate("bench.measured()"))
        await device.close_chatbox()
    bench.report.add_times("Chatbox open, after the click", times, "p95 100 ms")


async def measure_picking(bench: Bench, device: Device) -> None:
    """A person among thousands, from the last key to the options."""
    await device.open_chatbox()
    dialog = await device.start("Direct Chat")
    box = dialog.get_by_role("combobox", name="User")
    await expect(dialog.get_by_role("option").first).to_be_visible()
    times = []
    for number in range(TIMES // 2):
        await box.fill("")
        text = f"Ada Meyer {number * 100}"
        await device.page.evaluate(f"bench.armShown('input', '.dialog [role=option] b', {text!r})")
        await box.fill(text)
        times.append(await device.page.evaluate("bench.measured()"))
        await expect(dialog.get_by_role("option", name=text, exact=True)).to_be_visible()
    bench.report.add_times(f"Found among {PEOPLE:,} people, the pause after typing included", times, "")
    await dialog.get_by_role("button", name="Cancel").click()
    await device.close_chatbox()


async def measure_room(bench: Bench, device: Device) -> None:
    await device.go_to(f"/chat/{bench.office.people.group}")
    await expect(device.messages.last).to_be_in_viewport()
    await measure_sending(bench, device, "Own message painted, after Enter")
    await _add_shifts(bench, device, "Layout shift of opening a room and writing")
    await device.page.evaluate("bench.takeLongTasks()")
    await scroll(device, -1)
    bench.report.add_tasks(f"Scrolling up, loading {MESSAGES:,}", await _take_tasks(device), "none")
    await scroll(device, 1)
    bench.report.add_tasks(f"Scrolling down through {MESSAGES:,}", await _take_tasks(device), "none")
    await measure_sending(bench, device, f"Own message painted, {MESSAGES:,} loaded")
    # The browser counts rows that are measured and kept in place by scrolling as shifted: those are not meant.
    await device.page.evaluate("bench.takeShifts()")
    await measure_typing(bench, device)
    await _add_shifts(bench, device, "Layout shift while messages arrive")


async def _add_shifts(bench: Bench, device: Device, what: str) -> None:
    shifts = await device.page.evaluate("bench.takeShifts()")
    moved = sorted({name for shift in shifts for name in shift["moved"]})[:4]
    bench.report.add(what, f"{sum(shift['value'] for shift in shifts):.4f} {', '.join(moved)}".strip(), "0")


async def measure_sending(bench: Bench, device: Device, what: str) -> None:
    times = []
    for number in range(TIMES):
        text = f"My message {len(what)}.{number}"
        await device.box.fill(text)
        await device.page.evaluate(f"bench.armMessage({text!r})")
        await device.box.press("Enter")
        times.append(await device.page.evaluate("bench.measured()"))
    bench.report.add_times(what, times, "p95 50 ms")


async def scroll(device: Device, direction: int) -> None:
    """By the wheel, to the first or the last of all messages."""
    box = await device.log.bounding_box()
    assert box
    await device.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    end = device.log.get_by_text("0: Brenner truck", exact=True) if direction < 0 else device.messages.last
    while True:
        for _ in range(20):
            await device.page.mouse.wheel(0, direction * 600)
            await device.page.evaluate("new Promise(requestAnimationFrame)")
        # To look for a message takes the page's time: not on the way.
        if await device.page.evaluate("bench.isAtEdge()") and await end.count():
            return


async def measure_typing(bench: Bench, device: Device) -> None:
    await device.page.evaluate("bench.watchKeys()")
    await device.box.focus()
    async with talking(bench.url, bench.office, each_second=20):
        await device.page.keyboard.type(
            "Twenty messages arrive each second while this is typed. " * 4, delay=70
        )
    times = await device.page.evaluate("bench.takeKeys()")
    bench.report.add_times("Key painted while 20 messages/s arrive", times, "")
    bench.report.add_tasks("… and meanwhile", await _take_tasks(device), "none")
    await device.box.fill("")


async def measure_memory(bench: Bench, device: Device, minutes: float) -> None:
    """Five messages a second, rooms opened and left, the list looked at: what is kept after collecting garbage."""
    session = await device.context.new_cdp_session(device.page)
    await session.send("HeapProfiler.enable")
    await session.send("Performance.enable")
    loop = asyncio.get_running_loop()
    for _ in range(ROUNDS_BEFORE):
        await _go_round(device)
    kept = [await _measure_heap(session)]
    end = loop.time() + minutes * 60
    async with talking(bench.url, bench.office, each_second=5):
        while loop.time() < end:
            await _go_round(device)
            kept.append(await _measure_heap(session))
    (heap, nodes), (heap_then, nodes_then) = kept[0], kept[-1]
    a_minute = (heap_then - heap) / minutes * 1000
    bench.report.add(
        f"Memory over {minutes:g} minutes",
        f"{heap:.1f} to {heap_then:.1f} MB ({a_minute:+.0f} KB a minute), {nodes} to {nodes_then} nodes",
        "flat",
    )


async def _go_round(device: Device) -> None:
    for name in ("Group 1", "Group 2", "Launch"):
        await device.chat(name).click()
        await expect(device.messages.first).to_be_visible()
        await device.page.wait_for_timeout(2_000)


async def _measure_heap(session: CDPSession) -> tuple[float, int]:
    """Megabytes of the script's own heap, and how many nodes of the page there are."""
    await session.send("HeapProfiler.collectGarbage")
    metrics = {
        metric["name"]: metric["value"]
        for metric in (await session.send("Performance.getMetrics"))["metrics"]
    }
    return metrics["JSHeapUsedSize"] / 1_000_000, int(metrics["Nodes"])


async def _take_tasks(device: Device) -> list[float]:
    tasks: list[float] = await device.page.evaluate("bench.takeLongTasks()")
    return tasks


def _percentile(times: Sequence[float], percent: int) -> float:
    return quantiles(times, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.client", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    sys.stdout.write(f"\n{asyncio.run(measure(parser.parse_args().minutes))}\n")
