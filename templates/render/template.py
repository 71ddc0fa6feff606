"""A volunteer's text as a template: read once, checked before anybody gets it, filled thousands of times.

The text is Jinja2 in a sandbox, and of that only what a letter needs: fields, conditions, one level of loop over a
field of several lines, and a few filters. Whatever could run long (arithmetic, ranges, variables, macros, loops in
loops) is refused while it is read, so that the time and the length of a rendering are bounded by the text's own
length.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from jinja2 import TemplateError, TemplateSyntaxError, Undefined
from jinja2.sandbox import SandboxedEnvironment

from templates.render.errors import NotUnderstood, TextError, TooDeep, TooLong, UnfinishedField
from templates.render.fields import BY_NAME, GROUPS, Needs
from templates.render.grammar import FILTERS, check
from templates.render.values import ByCatalogue, Empty, FieldGroup, Lines, Link, Missing, escape, one_line

TEXT_LIMIT = 20_000
"""Characters of a text as it is written."""

FILLED_LIMIT = 40_000
"""Characters of a text with its fields filled, so that the mail stays under 100 kB."""

_EMPTY = re.compile("[ \u00a0]?\ue000([a-z_.]+)\ue001")
"""A field without words, and the space before it: "Hello {{ first_name }}," is "Hello," then."""

_SPACES = re.compile(r"[^\S\u00a0]+")


class Filled(NamedTuple):
    """A subject on one line and a Markdown text; `empty` are the fields that were said and had nothing to say."""

    subject: str
    text: str
    empty: frozenset[str]


class Template:
    """A subject and a text that were read and checked: raises `TextError`.

    `fields` are the names of `FIELDS` that they use.
    """

    def __init__(self, subject: str, text: str) -> None:
        if len(subject) + len(text) > TEXT_LIMIT:
            raise TooLong(TEXT_LIMIT)
        subject_environment, text_environment = _environments()
        self.fields: frozenset[str] = frozenset()
        self._subject = self._read(subject_environment, subject)
        self._text = self._read(text_environment, text)

    def _read(self, environment: SandboxedEnvironment, source: str) -> Any:
        try:
            tree = environment.parse(source)
            self.fields |= check(tree)
            return environment.from_string(tree)
        except TemplateSyntaxError as error:
            raise NotUnderstood(error.lineno, error.message or "") from error
        except (RecursionError, MemoryError) as error:
            raise TooDeep(1) from error
        except (SyntaxError, OverflowError, ValueError) as error:  # ValueError: a number of thousands of digits
            raise NotUnderstood(1, type(error).__name__) from error

    @property
    def needs_order(self) -> bool:
        """Whether two households at one address must get a mail each."""
        return any(BY_NAME[name].of_member for name in self.fields)

    def needs(self, what: Needs) -> bool:
        """Whether a field that needs `what` is used."""
        return any(BY_NAME[name].needs is what for name in self.fields)

    def fill(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """The subject, on one line, and the Markdown for one recipient; raises `TextError`; see `fill_telling`."""
        return self.fill_telling(values)[:2]

    def fill_telling(self, values: Mapping[str, Any]) -> Filled:
        """The subject and the Markdown for one recipient, and which of their fields are empty; raises `TextError`.

        `values` per field: text, `Lines` or `Link`; a mapping for `distribution`, `order`, `basket` and `promotion`
        (empty: none), and one from catalogue to text for `closes` and `last_order`; `catalogues` are all names that may
        be asked for.
        """
        context = _context(values)
        subject = _run(self._subject, context)
        text = _run(self._text, context)
        if len(subject) + len(text) > FILLED_LIMIT:
            raise TooLong(FILLED_LIMIT)
        empty = frozenset(found[1] for found in _EMPTY.finditer(f"{subject}\n{text}"))
        if empty:
            subject, text = _EMPTY.sub("", subject), _EMPTY.sub("", text)
        return Filled(_SPACES.sub(" ", subject).strip(), text, empty)


def _context(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the template engine takes them."""
    context = dict(values)
    known = context.pop("catalogues", ())
    for name, value in values.items():
        if name in GROUPS:
            context[name] = FieldGroup(name, value)
        elif name in BY_NAME and BY_NAME[name].call:
            context[name] = ByCatalogue(name, value, known)
        elif value == "":
            context[name] = Empty(name)
    return context


class PlainTemplate(Template):
    """A text without subject and without Markdown, as an SMS is: what it says stands there as it is."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "")

    def fill_plain(self, values: Mapping[str, Any]) -> str:
        """The text for one recipient, its line breaks kept; raises `TextError`."""
        return _EMPTY.sub("", _run(self._subject, _context(values)))


def _run(template: Any, context: Mapping[str, Any]) -> str:
    """The filled text; what grows beyond the limit, as a list in a loop over the list does, is not finished."""
    said, length = [], 0
    try:
        for piece in template.generate(context):
            length += len(piece)
            if length > FILLED_LIMIT:
                raise TooLong(FILLED_LIMIT)
            said.append(piece)
        return "".join(said)
    except TextError:
        raise
    except TemplateError as error:
        raise NotUnderstood(getattr(error, "lineno", None) or 1, error.message or "") from error
    except RecursionError as error:
        raise TooDeep(1) from error
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError) as error:
        raise NotUnderstood(1, str(error)) from error


def _say(value: Any) -> Any:
    """A value in a subject."""
    if isinstance(value, Undefined):
        return str(value)  # raises
    if isinstance(value, Empty):
        return f"\ue000{value.path}\ue001"
    if isinstance(value, FieldGroup | ByCatalogue):
        raise UnfinishedField(value.path, _choices(value.path))
    if isinstance(value, Lines):
        return ", ".join(one_line(line) for line in value)
    return one_line(str(value))


def _write(value: Any) -> Any:
    """A value in Markdown."""
    if isinstance(value, Lines):
        return "\n" + "".join(f"- {escape(line)}\n" for line in value) + "\n"
    if isinstance(value, Link):
        return f"[{escape(value.words)}](<{value}>)"
    said = _say(value)
    return said if isinstance(value, Empty) else escape(said)


def _choices(path: str) -> tuple[str, ...]:
    return tuple(field.insert for name, field in BY_NAME.items() if name == path or name.startswith(f"{path}."))


@cache
def _environments() -> tuple[SandboxedEnvironment, SandboxedEnvironment]:
    environments = []
    for finalize in (_say, _write):
        environment = SandboxedEnvironment(undefined=Missing, finalize=finalize, keep_trailing_newline=True)
        environment.globals.clear()
        environment.filters = {name: environment.filters[name] for name in FILTERS}
        environment.tests = {"defined": environment.tests["defined"]}
        environments.append(environment)
    return environments[0], environments[1]
