"""The workflows that come with the program: shown in any language, and taken under a title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from screens.asking_title import ask_title
from screens.widgets.choices import Choices
from screens.widgets.plain import plain
from screens.workflow_sentences import numbered, sentences, steps
from templates.words import LANGUAGES, N_, _, known, languages

if TYPE_CHECKING:
    from textual.content import Content

    from mail.workflow_templates import WorkflowTemplate
    from screens.workflows import WorkflowsScreen
    from store import Store

NAME = 50
"""Cells of a title in the list."""


class TemplateList(Choices):
    """The ready workflows; → and ← show them in another language."""

    HELP = N_("**Enter** takes the workflow under a title of yours; ← and → show the texts in another language.")
    BINDINGS = [
        Binding("right", "screen.templates_in(1)", N_("Language"), tooltip=N_("The next language"), id="ready.next"),
        Binding("left", "screen.templates_in(-1)", N_("Back"), show=False, tooltip=N_("Before"), id="ready.before"),
    ]


class Templates:
    """Offers them on the list of workflows, and makes one of the group's own from one."""

    def __init__(self, screen: WorkflowsScreen) -> None:
        self._screen = screen
        self._language = ""

    def offer(self) -> None:
        """Show them in the group's language."""
        self._language = known(self._screen.house.group.language)
        self._show()

    def turn(self, step: int) -> None:
        """Show them in another language."""
        self._language = LANGUAGES[(LANGUAGES.index(self._language) + step) % len(LANGUAGES)]
        self._show()

    def _show(self) -> None:
        from mail.workflow_templates import templates

        found, offered = templates(self._language), self._screen.query_one(TemplateList)
        place = offered.cursor_row if offered.display else 0
        offered.offer([(one.title, steps(len(one.steps)), one) for one in found], NAME)
        offered.move_cursor(row=place, animate=False)
        language = languages.name(self._language)
        self._screen.say(_("Ready workflows in {language}; ← → change it.").format(language=language))

    def take(self, template: WorkflowTemplate) -> None:
        """Ask for the title it has in this group, then make it."""
        from mail.workflow_templates import use

        store, question = self._screen.store, _("Title of the new workflow")
        make = lambda title: use(store, template, title or template.title)  # noqa: E731
        ask_title(self._screen, question, make, self._screen.made, template.title)


def template_words(store: Store, template: WorkflowTemplate, cells: int) -> list[Content]:
    """What a ready workflow does, and when each of its steps goes and to whom, in so many cells."""
    said = sentences(store, template.steps)
    return [plain(template.title, "bold"), plain(template.says), *numbered(said, cells)]
