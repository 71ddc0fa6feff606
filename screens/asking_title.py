"""Asking for a title that may be refused: the question stays open, with what was typed and the reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from screens.widgets.ask import Ask
from store.errors import Invalid

if TYPE_CHECKING:
    from screens.base import HouseScreen

T = TypeVar("T")


def ask_title(
    screen: HouseScreen[Any], question: str, write: Callable[[str], T], done: Callable[[T], None], typed: str = ""
) -> None:
    """Ask, `write` the answer in the writer's thread, and call `done` with what that returns.

    Where the title is refused, it is asked again: no letter that was meant for it acts on the screen beneath.
    """
    ask = screen.query_one(Ask)

    def answered(title: str) -> None:
        def refused(error: BaseException) -> None:
            screen.house.drop_keys()
            if isinstance(error, Invalid):
                ask.ask(question, answered, title)
            screen.show_error(error)

        screen.write(lambda: write(title), done, refused, holds=True)

    ask.ask(question, answered, typed)
