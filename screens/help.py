"""Help: what a screen is for, and every key that works on it."""

from __future__ import annotations

import re
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen

from screens.base import HouseScreen
from screens.routes import destinations
from screens.text import visible, width
from screens.widgets.bars import drawn_key, key_name, lacks, typed_into
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from templates.words import N_, _

_BOLD = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")


class HelpScreen(HouseScreen[None]):
    """A text with a title; any of the leaving keys goes back."""

    NAME = "help"
    HELP = N_("Arrows and PgDn move through the text; **F3** or Esc goes back.")
    BINDINGS = [Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="help.leave")]

    def __init__(self, title: str, text: Content) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def heading(self) -> tuple[str, str]:
        return _("Help"), self._title

    def content(self) -> ComposeResult:
        with VerticalScroll(id="help-text"):
            prose = Prose()
            prose.update(self._text)
            yield prose


def help_for(screen: Screen[Any]) -> tuple[str, Content]:
    """The title and text of the help for a screen as it is now: the focused widget's, the screen's, all keys."""
    title = screen.heading()[0] if isinstance(screen, HouseScreen) else ""
    parts: list[Content] = []
    for node in (screen.focused, screen):
        text = getattr(node, "HELP", None)
        if text:
            parts += [formatted(_(text)), Content("")]
    parts += [plain(_("Keys"), "bold"), *key_list(screen), Content("")]
    letters = _("F2, then a letter (the letter alone where nothing is typed)")
    if isinstance(screen, HouseScreen) and screen.IS_FORM:
        letters = _("{name}: {what}").format(name="F2", what=_("Then a letter: another screen"))
    parts += [plain(letters, "bold")]
    for place in destinations(screen.app.operator):  # type: ignore[attr-defined]
        entry = plain(f"   {place.letter}   {_(place.label)}")
        parts.append(_not_allowed(entry) if lacks(screen, screen.app, f"goto('{place.route}')") else entry)
    return title, Content("\n").join(parts)


def formatted(text: str) -> Content:
    """A help text as it is shown: paragraphs, `- ` lists, **bold** and `code`; nothing else is special."""
    lines = []
    for line in text.strip().splitlines():
        line = line.strip()
        if line.startswith("#"):
            lines.append(plain(line.lstrip("# "), "bold"))
            continue
        parts: list[Content] = []
        end = 0
        for match in _BOLD.finditer(line):
            parts += [plain(line[end : match.start()]), plain(match[1] or match[2], "bold")]
            end = match.end()
        lines.append(Content.assemble(*parts, plain(line[end:])))
    return Content("\n").join(lines)


def key_list(screen: Screen[Any]) -> list[Content]:
    """A line for each action that has a key now: the keys, the name, what it does."""
    actions: dict[tuple[str, str], list[str]] = {}
    tooltips: dict[tuple[str, str], str] = {}
    refused = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        lacking = lacks(screen, active.node, binding.action)
        # Textual's own bindings explain nothing, and only in English.
        if not binding.tooltip or not binding.description or binding.action.startswith("goto("):
            continue
        if not active.enabled and not lacking:
            continue
        if typed_into(screen.focused, binding):
            continue
        entry = (binding.action, binding.description)
        actions.setdefault(entry, []).append(drawn_key(screen.app, key_name(binding)))
        tooltips.setdefault(entry, binding.tooltip)
        if lacking:
            refused.add(entry)
    lines = []
    for entry, keys in actions.items():
        shown = " ".join(dict.fromkeys(keys))
        label = visible(_(entry[1]))
        tooltip = visible(_(tooltips[entry]))
        text = _("{name}: {what}").format(name=label, what=tooltip) if tooltip != label else label
        line = Content.assemble("   ", plain(shown + " " * max(1, 14 - width(shown)), "bold"), plain(text))
        lines.append(_not_allowed(line) if entry in refused else line)
    return lines


def _not_allowed(line: Content) -> Content:
    return Content.assemble(plain(line.plain), " · ", plain(_("not allowed to you"))).stylize("dim")
