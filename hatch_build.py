"""What a wheel or sdist must contain beside the code: the web apps, built."""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGES = ("app/web/built/console/index.html", "app/web/built/field/index.html")


class WebApps(BuildHookInterface[Any]):
    """Refuses to pack a server without its web apps, unless that is meant."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`editable` is how the project runs from its folder, where `make run` builds the apps."""
        del build_data
        missing = [page for page in PAGES if not (Path(self.root) / page).exists()]
        if version == "editable" or not missing or os.environ.get("KUMKM_WITHOUT_WEB"):
            return
        raise RuntimeError(
            f"The web apps are not built: {missing[0]} is missing. `make build` builds them and the wheel (it gets"
            " Node.js itself). KUMKM_WITHOUT_WEB=1 packs the API alone."
        )
