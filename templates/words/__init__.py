"""Translations: what the program says, in the language of whoever reads it.

Source texts are English and are looked up at the moment they are shown:

    from templates.words import _, N_, ngettext, pgettext
    _("{name} has no e-mail").format(name=name)

The process speaks the operator's language (`use`). A mail is written in the member's: `with speaking("fr"):`
around the rendering, or `words("fr")` for a few texts. A catalogue that is missing means English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from struct import error as BadStruct  # noqa: N812 - what gettext raises for a file cut short

LANGUAGES = ("en", "fr", "it")
LOCALE = Path(__file__).parent / "locale"


class Words:
    """The texts of one language, with the same names as this module: `_`, `ngettext`, `pgettext`."""

    def __init__(self, language: str) -> None:
        self.language = known(language)
        self._catalogue = _catalogue(self.language)

    def _(self, text: str) -> str:
        """The text in this language."""
        # The empty text is the catalogue's header to gettext, and nothing to a person.
        return self._catalogue.gettext(text) if text else ""

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The singular or the plural, as this language counts; `{n}` is left for the caller to fill."""
        return self._catalogue.ngettext(one, many, number)

    def pgettext(self, context: str, text: str) -> str:
        """The text where the same English word has several meanings; `context` says which."""
        return self._catalogue.pgettext(context, text)


def known(language: str, otherwise: str = "en") -> str:
    """The language of `LANGUAGES` meant by a code such as "fr", "fr-CA" or "it_IT.UTF-8"; else `otherwise`."""
    code = language[:2].lower()
    return code if code in LANGUAGES and not language[2:3].isalpha() else otherwise


def of_environment(environ: Mapping[str, str]) -> str:
    """The language that a login's environment asks for, in the order that POSIX gives."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(name):
            return known(value)
    return "en"


@cache
def words(language: str) -> Words:
    """The texts of another language than the process speaks, say the member's. Cached."""
    return Words(language)


def use(language: str) -> None:
    """Make the whole process, every thread of it, speak `language`: the operator's."""
    global _process
    _process = words(known(language))


@contextmanager
def speaking(language: str) -> Iterator[Words]:
    """Speak another language inside the block, in this thread and task only: the member's, for a mail."""
    token = _here.set(words(known(language)))
    try:
        yield current()
    finally:
        _here.reset(token)


def current() -> Words:
    """The texts of the language spoken here and now."""
    return _here.get() or _process


def language() -> str:
    """The code of the language spoken here and now, one of `LANGUAGES`."""
    return current().language


def _(text: str) -> str:
    """The text in the language spoken now. Call it when the text is shown, never at import."""
    return current()._(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The singular or the plural, as the language spoken now counts."""
    return current().ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """The text where the same English word has several meanings; `context` says which."""
    return current().pgettext(context, text)


def N_(text: str) -> str:
    """Mark a literal that is translated later, by `_` where it is shown."""
    return text


def NN_(one: str, many: str) -> tuple[str, str]:
    """Mark a singular and its plural that are translated later, by `ngettext` where they are shown."""
    return one, many


@cache
def _catalogue(code: str) -> NullTranslations:
    try:
        with (LOCALE / code / "LC_MESSAGES" / "cabas.mo").open("rb") as compiled:
            return GNUTranslations(compiled)
    except (OSError, ValueError, BadStruct):
        return NullTranslations()


_process = words("en")
_here: ContextVar[Words | None] = ContextVar("cabas_language", default=None)
