"""What the keys of order entry do at one moment: the screen has one mode at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.content import Content

from templates.words import _

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen


class Mode:
    """Takes the keys of the entry line and says what is shown around it. This one knows only how to leave."""

    LAYOUT: ClassVar[str] = "caller"

    follows: ClassVar[bool] = False
    """Whether the order may be shown anew when somebody else changed it."""

    returned = False
    """Whether the text in the line came back because it could not be stored."""

    ACTIONS: ClassVar[tuple[str, ...]] = ()
    """Which of the screen's own actions do something now."""

    def __init__(self, screen: OrderEntryScreen) -> None:
        self.screen = screen

    def heading(self) -> tuple[str, str]:
        """What the title line says on its left and on its right."""
        return _("New order"), self.screen.who()

    def caption(self) -> str:
        """The line under the title, while nobody is chosen."""
        return self.screen.place()

    def prompt(self) -> str:
        """What stands before the line."""
        return " > "

    def keys(self) -> list[tuple[str, str]]:
        """The keys that act now, for the last line."""
        return []

    def choices(self, cells: int, height: int) -> list[Content]:
        """What is under the line."""
        return []

    def key(self, key: str, character: str | None) -> bool:
        """Deal with a key before the line does; False leaves it to the line."""
        if key == "escape":
            self.leave()
            return True
        return False

    def changed(self, text: str) -> None:
        """The text of the line has changed."""
        self.screen.show()

    def enter(self, text: str) -> None:
        """Enter was pressed."""

    def overtaken(self) -> None:
        """The order was read anew, and it is another one: somebody else changed it, or what it is for."""

    def pasted(self, lines: list[str]) -> None:
        """Several lines were pasted."""
        self.screen.line.put(" ".join(lines))

    def keeps(self) -> bool:
        """Whether something typed would be lost if the screen were closed now."""
        return False

    def keep(self) -> None:
        """Save what is typed: the terminal is gone."""

    def hand_over(self) -> dict[str, Any]:
        """What a newer program needs to go on here, once it is kept; `lines` are typed again."""
        return {"lines": [self.screen.line.value]}

    def finish(self) -> None:
        """F8."""

    def other_day(self) -> None:
        """F4: another distribution."""

    def change_channel(self) -> None:
        """F6: how the order comes."""

    def leave(self) -> None:
        """F3 or Escape."""
        self.screen.close(None)
