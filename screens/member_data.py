"""Everything that is stored about a member: to read, to hand out, to erase."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from screens.base import HouseScreen
from screens.widgets.plain import joined, plain
from screens.widgets.prose import Prose, wrapped
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.member_data_lines import Section
    from store import Store
    from store.erasing import Erased
    from store.personal_records import PersonalData


class MemberDataScreen(HouseScreen["Erased | None"]):
    """A long page to scroll through. Leaves with what was erased, if anything was."""

    NAME = "member_data"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "All that the group's file holds about a member, for who asks what is known of them.\n"
        "\n"
        "**Arrows** and **PgDn** move through it. **E** writes it into a file in the exports folder, to hand out.\n"
        "\n"
        "**x** erases the member for good: it shows first what goes and what stays."
    )
    NEEDS = {"erase": Right.ADMIN}
    BINDINGS = [
        Binding(
            "E,e", "export", N_("Export"), key_display="E", tooltip=N_("Write all of it into a file"), id="data.export"
        ),
        Binding("f6", "export", N_("Export"), tooltip=N_("Write all of it into a file"), id="data.export.f6"),
        Binding("x", "erase", N_("Erase…"), tooltip=N_("Look at what erasing would do"), id="data.erase"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to the member"), id="data.leave"),
    ]

    def __init__(self, member_id: int) -> None:
        super().__init__()
        self._member_id = member_id
        self._called = ""
        self._sections: list[Section] = []

    def heading(self) -> tuple[str, str]:
        if not self._called:
            return _("Everything stored"), ""
        return _("Everything stored about {name}").format(name=self._called), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(id="data-page"):
            yield Prose(id="data-text")

    def on_mount(self) -> None:
        self.changed()

    def on_resize(self) -> None:
        """Break the lines anew."""
        if self._sections:
            self._show()

    def changed(self) -> None:
        self.read(self._read, self._take, group="data")

    def _read(self) -> tuple[str, PersonalData]:
        from store.personal_data import everything_about

        return self.store.members.get(self._member_id).name, everything_about(self.store, self._member_id)

    def _take(self, found: tuple[str, PersonalData]) -> None:
        from screens.member_data_lines import sections

        self._called, data = found
        self._sections = sections(data, self.store.clock, self.house.group.currency)
        self._show()
        self.show_heading()

    def _show(self) -> None:
        cells = max(20, self.size.width - 1)
        lines: list[Content] = []
        for title, texts in self._sections:
            lines.append(plain(f" {title}", "bold"))
            for text in texts:
                lines += indented(text, cells)
            lines.append(plain(""))
        if not self.operator.may(Right.ADMIN):
            lines.append(plain(f" {_no_right()}", "dim"))
        self.query_one("#data-text", Prose).update(Content("\n").join(lines))

    # -- acts

    def action_export(self) -> None:
        """Write all of it into the exports folder."""
        store, member_id = self.store, self._member_id
        self.say(_("Writing…"))
        self.write(lambda: write_data(store, member_id), self._written)

    def _written(self, path: Path) -> None:
        self.say(_("Written: {name} in {folder}").format(name=path.name, folder=path.parent))

    def action_erase(self) -> None:
        """Look at what erasing would do."""
        self.go("member_erase", self._erased, member_id=self._member_id)

    def _erased(self, erased: Erased | None) -> None:
        if erased is not None:
            self.dismiss(erased)


def indented(text: str, cells: int) -> list[Content]:
    """A line under a title, on as many as it needs, all but the first set in further."""
    inner = len(text) - len(text.lstrip(" "))
    parts = wrapped(plain(text.lstrip(" ")), cells - inner - 5).split("\n")
    return [joined(" " * (inner + (3 if place == 0 else 5)), part) for place, part in enumerate(parts)]


def _no_right() -> str:
    return _("Erasing somebody needs the right to change the group's settings. A coordinator has it.")


def write_data(store: Store, member_id: int) -> Path:
    """Write everything about a member as JSON into the exports folder and return where it is."""
    import json
    from dataclasses import asdict

    from store.exchange.export_folder import Export, write_export
    from store.exchange.export_notes import note_export
    from store.personal_data import everything_about

    content = json.dumps(asdict(everything_about(store, member_id)), ensure_ascii=False, indent=2)
    note_export(store, "member", "json", 1, member_id)
    return write_export(store, Export(f"member-{member_id}.json", content.encode() + b"\n", 1))
