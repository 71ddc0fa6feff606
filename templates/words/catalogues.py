"""The translators' side: find the texts in the source, bring the .po up to date, compile them.

Nothing here runs in the program: the build compiles (hatch_build.py), a developer says `python run.py words`.
The .po name no source lines and are sorted by text, so that two people's changes rarely meet.
"""

from __future__ import annotations

import ast
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
MARKS = {"_": (0,), "N_": (0,), "NN_": (0, 1), "ngettext": (0, 1), "pgettext": (1,)}
"""The functions that mark a text, with the places of the text and its plural among their arguments."""
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
"""The same for Babel, which reads the Jinja2 texts."""
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

    found = Catalog(project="cabas", charset="utf-8")
    for path in _sources(house):
        for text, context in _in_python(path) if path.suffix == ".py" else _in_layout(path):
            found.add(text, context=context)
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


def _sources(house: Path) -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((house / room).rglob("*.py"))
    for path in sorted((house / "templates").rglob("*")):
        if path.suffix in {".j2", ".html", ".txt"} and path.is_file():
            yield path


def _in_python(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The texts marked in a Python file; Babel's own reader misses those inside an f-string or another call."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        literals = [str(part.value) if isinstance(part, ast.Constant) else "" for part in call.args]
        texts = tuple(literals[place] for place in MARKS.get(name, ()) if place < len(literals))
        if texts and all(texts):
            yield texts if len(texts) > 1 else texts[0], literals[0] if name == "pgettext" else None


def _in_layout(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The texts marked in a Jinja2 file."""
    from babel.messages.extract import extract as texts_of

    with path.open("rb") as source:
        for _line, text, _comments, context in texts_of("jinja2.ext:babel_extract", source, keywords=KEYWORDS):
            if text:
                yield text, context


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
