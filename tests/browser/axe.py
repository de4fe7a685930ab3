"""What axe-core says of a page as it stands: nothing serious may be left."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

_SOURCE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

_RUN = """async (rules) => {
    const asked = rules.length ? { runOnly: rules } : {};
    return (await axe.run({ resultTypes: ["violations"], ...asked })).violations;
}"""
COLOURS = ("color-contrast", "link-in-text-block")
"""The rules that other colours may break."""
_GRAVE = ("serious", "critical")


@cache
def _read_source() -> str:
    return _SOURCE.read_text("utf-8")


async def find_grave(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """A line for each element that breaks a serious or critical rule: any, or one of `rules`."""
    if not await page.evaluate("'axe' in window"):
        # Put in by the debugger: the page's own policy would not let a script of ours in.
        await page.evaluate(f"() => {{ {_read_source()} }}")
    violations: list[dict[str, Any]] = await page.evaluate(_RUN, list(rules))
    return [
        f"{violation['impact']} {violation['id']}: {violation['help']}\n    {node['html']}\n    {node['failureSummary']}"
        for violation in violations
        if violation["impact"] in _GRAVE
        for node in violation["nodes"]
    ]
