"""Packs the built client into the wheel as `deskchat/web/`. It builds nothing: `make setup` does."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ClientHook(BuildHookInterface[Any]):
    """Fails where the client is not built: a wheel without it would serve an empty page."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable installation (`version == "editable"`) reads `web/dist` where it lies."""
        if version == "editable":
            return
        client = Path(self.root, "web", "dist")
        if not (client / "index.html").is_file():
            raise FileNotFoundError(f"{client / 'index.html'} is missing: run `make setup` first")
        build_data["force_include"][str(client)] = "deskchat/web"
