"""Names of countries, in the language spoken now."""

from __future__ import annotations

from templates.words import language


def name(code: str) -> str:
    """What the country of this code of two letters is called: "Belgium"; what is no such code stays as it is."""
    from babel import Locale

    return str(Locale.parse(language()).territories.get(code.strip().upper(), code))
