"""Build hook: compiles the translations, for the wheel and for an editable installation alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(locale: Path) -> list[Path]:
    """Write a .mo beside every .po under `locale` and return what was written.

    Raises ValueError, naming the file and line, for a .po that cannot be read.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = []
    for po in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name, abort_invalid=True)
        mo = po.with_suffix(".mo")
        partial = mo.with_name(f"{mo.name}.new")
        with partial.open("wb") as target:
            write_mo(target, catalogue)
        partial.replace(mo)
        written.append(mo)
    return written


class CompileCatalogues(BuildHookInterface):
    """Called by hatchling before it collects files."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile in place, so that both the wheel and the working tree have every language."""
        compile_catalogues(Path(self.root) / "templates" / "words" / "locale")
