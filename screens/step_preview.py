"""Preview of a step's words: the mails that it would send for a distribution, a member or an order that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.preview import PreviewScreen
from screens.step_occasion_words import occasion_words
from templates.words import _

if TYPE_CHECKING:
    from screens.preview import Mails
    from store.step_occasions import Occasion


class StepPreviewScreen(PreviewScreen):
    """Walks through the mails that a step would send."""

    def __init__(self, step_id: int, on: str = "") -> None:
        """`on` is the key of the occasion; without one it is the most fitting."""
        super().__init__(0)
        self._step_id = step_id
        self.on = on
        self._occasion: Occasion | None = None

    NAME = "step_preview"

    def heading(self) -> tuple[str, str]:
        left, right = super().heading()
        if self._occasion is not None:
            left = _("Preview for {occasion}").format(occasion=occasion_words(self._occasion))
        return left, right

    def _read(self) -> Mails:
        from mail.step_preview import step_preview
        from store.step_occasions import chosen, step_occasions

        self._occasion = chosen(step_occasions(self.store, self._step_id), self.on)
        self._message_id = self.store.workflows.step(self._step_id).message_id
        preview = step_preview(self.store, self._step_id, self.on)
        preview.sort()
        return preview

    def nobody_words(self) -> str:
        """That there is nobody, or nothing to show it on."""
        if self._occasion is None:
            return _("There is nothing to show it on yet: no distribution, member or order of that kind.")
        return _("Nobody would get this mail here. Back in the words, o shows it on something else.")
