"""The translators' side: find the texts in the source, bring the .po up to date, compile them.

Nothing here runs in the program: the build compiles (hatch_build.py), a developer says `python run.py words`.
The .po name no source lines and are sorted by text, so that two people's changes rarely meet.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

HOUSE = Path(__file__).parent.parent.parent
LOCALE = Path(__file__).parent / "locale"
TRANSLATED = ("fr", "it")
ROOMS = ("tui", "screens", "mail", "store", "templates")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
# Header lines that change at every run or with Babel's version, or that say nothing.
IDLE = re.compile(
    r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team)'
    r": .*\n",
    re.MULTILINE,
)
FIELD = re.compile(r"{[^{}]*}|%\(\w+\)[sd]|%[sd]")


def po_path(language: str) -> Path:
    """Where the translations into `language` are."""
    return LOCALE / language / "LC_MESSAGES" / "cabas.po"


def extract(house: Path = HOUSE) -> Catalog:
    """Every text that the rooms of `house` mark for translation, in Python and in the Jinja2 texts."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract as texts_of

    found = Catalog(project="cabas", charset="utf-8")
    for path, method in _sources(house):
        with path.open("rb") as source:
            for _line, text, comments, context in texts_of(
                method, source, keywords=KEYWORDS, comment_tags=["Translators:"], strip_comment_tags=True
            ):
                if text:
                    found.add(text, auto_comments=comments, context=context)
    return found


def read(po: Path, language: str) -> Catalog:
    """The translations in one .po. Raises babel's PoFileError, naming the line, where it cannot be read."""
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def update(language: str, source: Catalog, *, prune: bool = False) -> None:
    """Add the new texts of `source` to a language's .po.

    A text that is gone from the source is kept as a remark (`#~`), in case it comes back, unless `prune`.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    po = po_path(language)
    catalogue = read(po, language) if po.exists() else Catalog(locale=language)
    catalogue.update(source, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.project, catalogue.version, catalogue.fuzzy = "cabas", "", False
    catalogue.header_comment = f"# cabas, {language}. Texts are added by `python run.py words`."
    text = io.BytesIO()
    write_po(text, catalogue, no_location=True, sort_output=True, width=110, ignore_obsolete=prune)
    po.parent.mkdir(parents=True, exist_ok=True)
    partial = po.with_suffix(".po.new")
    partial.write_text(IDLE.sub("", text.getvalue().decode()), encoding="utf-8")
    partial.replace(po)


def problems(catalogue: Catalog, source: Catalog) -> Iterator[str]:
    """What a translator has to mend, a line each: texts missing, empty, fuzzy, or with other fields."""
    for wanted in source:
        if not wanted.id:
            continue
        found = catalogue.get(wanted.id, wanted.context)
        if found is None:
            yield f"missing, run `python run.py words`: {_forms(wanted.id)[0]!r}"
            continue
        forms = _forms(found.string)
        if found.fuzzy or not all(forms):
            yield f"to translate: {_forms(wanted.id)[0]!r}"
            continue
        allowed = {tuple(sorted(FIELD.findall(text))) for text in _forms(wanted.id)}
        for form in forms:
            if tuple(sorted(FIELD.findall(form))) not in allowed:
                yield f"other {{fields}} than the English: {form!r}"


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write a .mo beside every .po and return what was written."""
    from babel.messages.mofile import write_mo

    written = []
    for po in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        partial = po.with_suffix(".mo.new")
        with partial.open("wb") as target:
            write_mo(target, read(po, po.parent.parent.name))
        written.append(partial.replace(po.with_suffix(".mo")))
    return written


def _sources(house: Path) -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for path in sorted((house / room).rglob("*.py")):
            yield path, "python"
    for path in sorted((house / "templates").rglob("*")):
        if path.suffix in {".j2", ".html", ".txt"} and path.is_file():
            yield path, "jinja2.ext:babel_extract"


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return [text or ""] if text is None or isinstance(text, str) else text


def main(arguments: list[str]) -> int:
    """Update every .po and compile it; `--check` only says what is wrong, `--compile` only compiles."""
    if "--compile" in arguments:
        compile_all()
        return 0
    source, wrong = extract(), 0
    for language in TRANSLATED:
        if "--check" not in arguments:
            update(language, source, prune="--prune" in arguments)
        for problem in problems(read(po_path(language), language), source):
            sys.stdout.write(f"{language}: {problem}\n")
            wrong += 1
    compile_all()
    sys.stdout.write(f"{len(source)} texts, {wrong} translations to mend\n")
    return 1 if wrong and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
