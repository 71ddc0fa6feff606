"""Whether what counts opens and clicks can run here."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from templates.words import _
from tui.doctor.check import Check

if TYPE_CHECKING:
    from store import Store

LIBRARIES = ("starlette", "uvicorn")


def measuring_checks(store: Store) -> list[Check]:
    """Nothing while the group does not count; nobody outside is asked whether the endpoint answers."""
    settings = store.measuring.get()
    if not settings.on:
        return []
    if not all(find_spec(name) for name in LIBRARIES):
        said = _("Opens and clicks are counted, but the endpoint cannot run here: links of counted mails lead nowhere.")
        return [Check("measuring", "bad", said, "pip install 'cabas[measure]'")]
    said = _("Opens and clicks are counted, through {address}.").format(address=settings.address)
    return [Check("measuring", "ok", said)]
