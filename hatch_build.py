"""Build hook: compiles the translations, for the wheel and for an editable installation alike."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileTranslations(BuildHookInterface[Any]):
    """Called by hatchling before it collects files."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in place, so that both the wheel and the working tree have every language."""
        sys.path.insert(0, self.root)
        try:
            from templates.words.catalogues import compile_all

            compile_all()
        finally:
            sys.path.remove(self.root)
