"""What merging two members would do, before it is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens.base import HouseScreen
from screens.member_merge_lines import choice, legend, moves, side_by_side
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from templates.words import N_, _

if TYPE_CHECKING:
    from store.merging import MergePreview


class MemberMergePreviewScreen(HouseScreen[int | None]):
    """Two members side by side, and what goes over; leaves with the id of the one that stays once they are one."""

    NAME = "member_merge_preview"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Two members as one. On the left who stays, on the right who goes into it; below, every field in which they "
        "differ: **→** is taken over, **!** is lost.\n"
        "\n"
        "**k** keeps the other one instead. **m** or **F8** merges them; **z** on the member's page undoes it.\n"
        "\n"
        "A household has two people at most. Where the two have more, **1** **2** **3** say who stays."
    )
    BINDINGS = [
        Binding("f8", "merge", N_("Merge"), show=False, tooltip=N_("Make the two one"), id="merge.do.f8"),
        Binding("m", "merge", N_("Merge"), tooltip=N_("Make the two one"), id="merge.do"),
        Binding("k", "swap", N_("Keep the other"), tooltip=N_("The other one stays instead"), id="merge.swap"),
        Binding("f4", "swap", N_("Keep the other"), show=False, tooltip=N_("The other one stays"), id="merge.swap.f4"),
        *(
            Binding(
                str(n),
                f"choose({n})",
                N_("Who stays"),
                show=n == 1,
                key_display="1-4" if n == 1 else None,
                tooltip=N_("This person stays, or does not"),
                id=f"merge.choose.{n}",
            )
            for n in range(1, 5)
        ),
        Binding("q", "leave", N_("Back"), tooltip=N_("Leave the two as they are"), id="merge.leave"),
    ]

    def __init__(self, keep_id: int, other_id: int) -> None:
        super().__init__()
        self._ids = (keep_id, other_id)
        self._people: tuple[int, ...] | None = None
        self._preview: MergePreview | None = None
        self._merging = False

    def heading(self) -> tuple[str, str]:
        if self._preview is None:
            return _("Merge two members"), ""
        words = _("Merge {other} into {name}?")
        return words.format(other=self._preview.other.name, name=self._preview.keep.name), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(id="merge-page"):
            yield Prose(id="merge-text")

    def on_mount(self) -> None:
        self.changed()

    def on_resize(self) -> None:
        """Lay the two out anew."""
        self._show()

    def changed(self) -> None:
        self._look(self._ids, self._people)

    def _look(self, ids: tuple[int, int], people: tuple[int, ...] | None) -> None:
        """Show what merging these would do; where they cannot be, what is shown stays."""
        from store.merging import merge_preview

        store = self.store
        known = people if people is None or len(people) == 2 else None

        def take(preview: MergePreview) -> None:
            self._ids, self._people, self._preview = ids, people, preview
            if preview.choose and people is None:
                self._people = tuple(person.id for person in preview.people[:2] if person.id is not None)
            self._show()
            self.show_heading()
            self.refresh_bindings()

        self.read(lambda: merge_preview(store, *ids, known), take, group="merge")

    def _show(self) -> None:
        if self._preview is None:
            return
        preview, cells = self._preview, max(79, self.size.width - 1)
        lines = [*choice(preview, self._people or ()), *side_by_side(preview, cells)]
        if preview.changes or preview.left_out:
            lines.append(plain(f" {legend()}", "dim"))
        if texts := moves(preview):
            lines += [plain(""), *(plain(f" {text}") for text in texts)]
        self.query_one("#merge-text", Prose).update(Content("\n").join(lines))

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Somebody is chosen only where there are more than two."""
        preview = self._preview
        if action == "choose":
            return preview is not None and preview.choose and int(str(parameters[0])) <= len(preview.people)
        # Where one of the two cannot be kept, perhaps the other one can.
        return True

    def action_choose(self, number: int) -> None:
        """Let a person stay, or not; of three the one chosen first goes."""
        if self._preview is None:
            return
        person_id, chosen = self._preview.people[number - 1].id or 0, self._people or ()
        wanted = tuple(i for i in chosen if i != person_id)
        if person_id not in chosen:
            wanted = (*wanted, person_id)[-2:]
        self._look(self._ids, wanted)

    def action_swap(self) -> None:
        """Keep the other one instead."""
        self._look((self._ids[1], self._ids[0]), None)

    def action_merge(self) -> None:
        """Make the two one."""
        from store.merging import merge

        if self._preview is None or self._merging:
            return
        people = self._people if self._preview.choose else None
        if people is not None and len(people) != 2:
            self.warn(_("Two people stay: press the digit of another one."))
            return
        store, (keep_id, other_id) = self.store, self._ids
        self._merging = True
        self.write(lambda: merge(store, keep_id, other_id, people), lambda _id: self._merged(keep_id), self._failed)

    def _merged(self, keep_id: int) -> None:
        self.dismiss(keep_id)

    def _failed(self, error: BaseException) -> None:
        self._merging = False
        self.show_error(error)
