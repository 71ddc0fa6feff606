"""Write: whom first, then the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.base import HouseScreen
from store.segments import NOBODY, Segment
from templates.words import N_, _

if TYPE_CHECKING:
    from templates.render.starters import Starter


class WriteScreen(HouseScreen[None]):
    """Asks for the people, then opens a draft for them; with a `segment` the draft is opened at once."""

    NAME = "write"
    HELP = N_("First choose who gets the message, then write it. Esc goes back.")

    def __init__(self, segment: Segment | None = None) -> None:
        super().__init__()
        self._segment = segment

    def heading(self) -> tuple[str, str]:
        return _("Write a message"), ""

    def on_mount(self) -> None:
        if self._segment is not None:
            self._chosen(self._segment)
        else:
            self.go("picker", self._chosen, segment=NOBODY, title=_("a new message"))

    def _chosen(self, segment: Segment | None) -> None:
        if segment is None:
            self.dismiss(None)
            return
        starter = self._starter(segment) if self._segment is not None else None
        names = ("subject", "text", "label", "kind") if starter else ()
        words = {name: getattr(starter, name) for name in names}
        self.write(lambda: self.store.messages.new(segment, **words), self._written, self._not_written)

    def _starter(self, segment: Segment) -> Starter:
        """The ready text that fits a segment that somebody else chose, as the desk's reminder."""
        from templates.render.starters import starters

        return starters(self.house.group.language, [step.rule.name for step in segment.steps])[0]

    def _written(self, message_id: int) -> None:
        from screens.routes import screen_for

        self.app.switch_screen(screen_for("compose", message_id=message_id))

    def _not_written(self, error: BaseException) -> None:
        self.dismiss(None)
        self.house.show_error(error)
