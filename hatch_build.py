"""What a wheel or sdist must contain beside the code: the web apps, built."""

import os
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = "app/web/built/console/index.html"


class WebApps(BuildHookInterface[Any]):
    """Refuses to pack a server without its control room, unless that is meant."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`editable` is how the project runs from its folder, where `make run` builds the apps."""
        del build_data
        if version == "editable" or (Path(self.root) / PAGE).exists() or os.environ.get("KUMKM_WITHOUT_WEB"):
            return
        raise RuntimeError(
            f"The web apps are not built: {PAGE} is missing. `make build` builds them and the wheel (it gets Node.js"
            " itself). KUMKM_WITHOUT_WEB=1 packs the API alone."
        )
