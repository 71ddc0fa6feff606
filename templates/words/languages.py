"""Names of languages, in the language spoken now."""

from __future__ import annotations

from templates.words import N_, _, language

_NAMES = {"en": N_("English"), "fr": N_("French"), "it": N_("Italian")}


def name(code: str) -> str:
    """What the language of this code is called: "Italian"; the code itself where nobody knows it."""
    code = code.strip().lower()
    if code in _NAMES:
        return _(_NAMES[code])
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code.replace("-", "_")).get_display_name(language()) or code
    except (UnknownLocaleError, ValueError):
        return code
