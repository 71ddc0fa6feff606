"""What stands for a field while a text is rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from jinja2 import Undefined

from templates.render.errors import NoValue, UnknownCatalogue
from templates.words.folding import fold

SPECIAL = frozenset("\\`*_{}[]<>()#+-.!|~&=:")
"""What Markdown gives a meaning to; `:` because a bare address becomes a link."""


class Lines(tuple[str, ...]):
    """A field of several lines: a list in Markdown, separated by commas in a subject."""

    __slots__ = ()


class Link(str):
    """An address with its scheme that becomes a link; `words` are what one clicks on."""

    words: str

    def __new__(cls, address: str, words: str) -> Link:
        """The link to `address` that is read as `words`."""
        link = super().__new__(cls, address)
        link.words = words
        return link


class Empty(str):
    """A field of which nothing is known for this recipient, as a first name: false, and nothing where it is said."""

    path: str

    def __new__(cls, path: str) -> Empty:
        """Nothing, said by the field `path`."""
        empty = super().__new__(cls)
        empty.path = path
        return empty


class Missing(Undefined):
    """A field without value: false in a condition, replaced by `default`, an error where it is said."""

    __slots__ = ()

    def _fail(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NoValue(self.path)

    __str__ = __iter__ = __len__ = __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = _fail
    __hash__ = Undefined.__hash__

    @property
    def path(self) -> str:
        """The field as it is written."""
        owner = self._undefined_obj
        name = str(self._undefined_name)
        return f"{owner.path}.{name}" if isinstance(owner, FieldGroup) else name


class FieldGroup:
    """Fields under one name, as `order`; false when there are none for this recipient."""

    __slots__ = ("_values", "path")

    def __init__(self, path: str, values: Mapping[str, Any]) -> None:
        self.path = path
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values[name] or Empty(f"{self.path}.{name}")

    def __bool__(self) -> bool:
        return bool(self._values)


class ByCatalogue:
    """A field asked for a catalogue by the beginning of one of its words, case and accents ignored.

    `values` are what it says for each catalogue, in order: asked without a name it gives the first. `known` are all
    catalogues that may be named; raises `UnknownCatalogue` for a name that is none of them, or several.
    """

    __slots__ = ("_known", "_values", "path")

    def __init__(self, path: str, values: Mapping[str, Any], known: Sequence[str]) -> None:
        self.path = path
        self._values = values
        self._known = known

    def __call__(self, name: str = "") -> Any:
        if not name:
            return next(iter(self._values.values()), None) or Missing(name=f"{self.path}()")
        meant = list(self._meant(fold(str(name).strip())))
        if len(meant) != 1:
            raise UnknownCatalogue(self.path, str(name))
        value = self._values.get(meant[0])
        return Missing(name=f'{self.path}("{name}")') if value is None else value

    def _meant(self, wanted: str) -> Iterator[str]:
        exact = [known for known in self._known if fold(known) == wanted]
        if exact:
            yield exact[0]
            return
        for known in self._known:
            folded = fold(known)
            if folded.startswith(wanted) or f" {wanted}" in folded:
                yield known


def escape(text: str) -> str:
    """`text` as data in Markdown: on one line, nothing in it is markup."""
    return "".join(f"\\{c}" if c in SPECIAL else c for c in one_line(text))


def one_line(text: str) -> str:
    """`text` without line breaks, control characters and needless spaces."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join("".join(c if c.isprintable() or c == "\u00a0" else " " for c in text).split(" ")).strip()
