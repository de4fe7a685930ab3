"""What axe-core says of a page as it stands: nothing serious may be left."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Page

_SOURCE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

_RUN = """async (about) => {
    const rules = about ? { runOnly: { type: "tag", values: [about] } } : {};
    return (await axe.run({ resultTypes: ["violations"], ...rules })).violations;
}"""
_GRAVE = ("serious", "critical")


@cache
def _read_source() -> str:
    return _SOURCE.read_text("utf-8")


async def find_grave(page: Page, about: Literal["cat.color"] | None = None) -> list[str]:
    """A line for each element that a serious or critical rule is broken by; `about`: of these rules only."""
    # Put in by the debugger: the page's own policy would not let a script of ours in.
    await page.evaluate(f"() => {{ if (!window.axe) {{ {_read_source()} }} }}")
    violations: list[dict[str, Any]] = await page.evaluate(_RUN, about)
    return [
        f"{violation['impact']} {violation['id']}: {violation['help']}\n    {node['html']}\n    {node['failureSummary']}"
        for violation in violations
        if violation["impact"] in _GRAVE
        for node in violation["nodes"]
    ]
