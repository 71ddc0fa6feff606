"""Erasing a member for good: what goes, what stays, and the last name to type before it is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from screens.base import HouseScreen
from screens.text import fitted
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.still import Still
from store.folding import fold
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from store.erasing import Erased, ErasingPreview
    from store.people import Member

COPIES = 4
"""So many backups and exports are named; the others are counted."""


class MemberEraseScreen(HouseScreen["Erased | None"]):
    """What erasing would do, and a line to type the last name into; leaves with what was erased."""

    NAME = "member_erase"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Erasing takes a member out of the group's file for good: nobody can bring them back. Orders stay without a "
        "name, so that the sums of producers stay right.\n"
        "\n"
        "To erase, type the last name and press **Enter** or **F8**. **F4** or **↓** chooses one person of two, or "
        "both.\n"
        "\n"
        "Backups, exports and mails that were sent are not touched: they are named here."
    )
    BINDINGS = [
        Binding("f8", "erase", N_("Erase"), tooltip=N_("Erase for good"), id="erase.erase"),
        Binding("f4,down", "whom", N_("Whom"), key_display="↓", tooltip=N_("One person, or both"), id="erase.whom"),
        Binding("pagedown", "page(1)", N_("More"), tooltip=N_("Read on"), id="erase.down"),
        Binding("pageup", "page(-1)", N_("Back"), show=False, tooltip=N_("Read what was before"), id="erase.up"),
    ]

    def __init__(self, member_id: int) -> None:
        super().__init__()
        self._member_id = member_id
        self._member: Member | None = None
        self._whom = 0
        self._preview: ErasingPreview | None = None
        self._erasing = False

    def heading(self) -> tuple[str, str]:
        if self._preview is None:
            return _("Erase a member"), ""
        return _("Erase {name} for good?").format(name=self._preview.person or self._preview.name), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(id="erase-page", can_focus=False):
            yield Prose(id="erase-text")
        with Horizontal(id="erase-line"):
            yield Still(id="erase-question")
            yield Input(id="erase-name", compact=True)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self.changed()

    def changed(self) -> None:
        self.read(self._read, self._take, group="erase")

    def _read(self) -> tuple[Member, ErasingPreview]:
        from store.erasing import erasing_preview

        member = self.store.members.get(self._member_id)
        return member, erasing_preview(self.store, self._member_id, person_id=_person_id(member, self._whom))

    def _take(self, found: tuple[Member, ErasingPreview]) -> None:
        self._member, self._preview = found
        self.query_one("#erase-text", Prose).update(Content("\n").join(preview_lines(self._preview)))
        question = _("To erase, type the last name, {name}:").format(name=fitted(self._to_type, 24).rstrip())
        self.query_one("#erase-question", Static).update(plain(f" {question} "))
        self.show_heading()
        self.refresh_bindings()

    @property
    def _to_type(self) -> str:
        """What has to be typed: the last name of who goes, else what they are called."""
        if self._member is None:
            return ""
        person = self._member.people[max(0, self._whom - 1)]
        return person.last_name or person.listed

    # -- acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One of two can be chosen where there are two."""
        if action == "whom":
            return self._member is not None and len(self._member.people) == 2
        return True

    def action_whom(self) -> None:
        """The household, its first person, its second, and so on."""
        self._whom = (self._whom + 1) % 3
        self.query_one(Input).value = ""
        self.changed()

    def action_page(self, step: int) -> None:
        """Read on, or back."""
        page = self.query_one("#erase-page")
        page.scroll_relative(y=step * page.size.height, animate=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Erase, where the name is right."""
        event.stop()
        self.action_erase()

    def action_erase(self) -> None:
        """Erase for good; only with the last name typed."""
        if self._preview is None or self._member is None or self._erasing:
            return
        line = self.query_one(Input)
        if not line.value.strip() or fold(line.value.strip()) != fold(self._to_type):
            self.warn(_("Nothing is erased: type {name} first.").format(name=self._to_type))
            line.focus()
            return
        from store.erasing import erase

        store, member_id, person_id = self.store, self._member_id, _person_id(self._member, self._whom)
        self._erasing = True
        self.write(lambda: erase(store, member_id, person_id=person_id), self._erased, self._failed, holds=True)

    def _erased(self, erased: Erased) -> None:
        self.dismiss(erased)

    def _failed(self, error: BaseException) -> None:
        self._erasing = False
        self.show_error(error)


def erased_words(erased: Erased) -> str:
    """That it is done, and what could not be cleaned."""
    text = _("Erased for good.")
    if not erased.clean:
        text += " " + _("Others were at work: what is left in the file's free space goes with the next erasing.")
    return text


def _person_id(member: Member, whom: int) -> int | None:
    """The person who is meant: None for the household."""
    return member.people[whom - 1].id if whom and whom <= len(member.people) else None


def preview_lines(preview: ErasingPreview) -> list[Content]:
    """What goes, what stays, what is out of reach: in that order, each under its title."""
    lines: list[Content] = []
    for title, texts in (
        (_("Goes for good"), _goes(preview)),
        (_("Stays"), _stays(preview)),
        (_("Out of reach: delete it yourself"), _out_of_reach(preview)),
    ):
        if texts:
            lines += [plain(f" {title}", "bold"), *(plain(f"   {text}") for text in texts), plain("")]
    return lines


def _goes(p: ErasingPreview) -> list[str]:
    texts = [_("{people}: names, phones, e-mails, what they want").format(people=", ".join(p.people))]
    if not p.person:
        texts.append(_("address, tags, notes"))
    if p.mails:
        mails = ngettext("the text of {n} mail", "the texts of {n} mails", p.mails).format(n=p.mails)
        waits = ngettext(", {n} of them waits and is never sent", ", {n} of them wait and are never sent", p.waiting)
        texts.append(mails + (waits.format(n=p.waiting) if p.waiting else ""))
    if p.baskets:
        texts.append(ngettext("{n} open basket", "{n} open baskets", p.baskets).format(n=p.baskets))
    if p.vouchers:
        texts.append(ngettext("{n} open voucher", "{n} open vouchers", p.vouchers).format(n=p.vouchers))
    if p.order_notes and not p.person:
        texts.append(_order_notes(p))
    if p.listed_in:
        texts.append(_("their place in {names}").format(names=", ".join(p.listed_in)))
    if p.merges:
        texts.append(_("that a merge can be undone"))
    return texts


def _stays(p: ErasingPreview) -> list[str]:
    texts = []
    if p.orders:
        texts.append(ngettext("{n} order, without a name", "{n} orders, without a name", p.orders).format(n=p.orders))
    texts += [
        "! " + _("the order for {day} is still prepared, for nobody").format(day=dates.day(c.day)) for c in p.coming
    ]
    if p.refuses:
        texts.append(_("what they refused stays refused, should the address ever come back; the address itself goes"))
    if p.person and p.notes:
        texts.append(_("the notes of the household: “{text}”").format(text=" / ".join(p.notes.splitlines())))
    if p.person and p.order_notes:
        texts.append(_order_notes(p))
    texts += [_("the login {name}").format(name=login) for login in p.operators]
    texts += [_("{name}, as a producer or contact").format(name=r.name) for r in p.roles if r.kind != "operator"]
    return texts


def _order_notes(p: ErasingPreview) -> str:
    return ngettext("the note on {n} order", "the notes on {n} orders", p.order_notes).format(n=p.order_notes)


def _out_of_reach(p: ErasingPreview) -> list[str]:
    texts = [_("the text “{title}” names them").format(title=title) for title in p.mentions]
    texts += [str(path.name) for path in p.copies[:COPIES]]
    if len(p.copies) > COPIES:
        texts.append(_("and {n} more backups and exports").format(n=len(p.copies) - COPIES))
    return texts
