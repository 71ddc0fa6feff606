"""Reading the order back: letters confirm it, note something, repeat the last order, undo, forget, move, cancel."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from textual.content import Content

from screens import order_vouchers
from screens import order_words as words
from screens.errors import words_for
from screens.order_at_hand import OrderMode
from screens.order_leaving import forget
from screens.order_promotions import spoken
from screens.order_spoken import read_back
from screens.order_typing import TypingMode
from screens.order_voucher import press, vouchers_of
from screens.text import width
from screens.widgets.plain import plain
from store.errors import Invalid
from store.orders import Basket
from store.rights import Right
from templates.words import _, dates, ngettext
from templates.words.money import money

if TYPE_CHECKING:
    from collections.abc import Callable

    from screens.order_entry import OrderEntryScreen

PAGE = 4
"""Lines that PgDn goes on in an order that is too long to be read back at once."""


class ReadBackMode(OrderMode):
    """The order in words. Letters act; a digit or a sign goes back to the line and is typed there."""

    LAYOUT = "read-back"
    follows = True

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        self._asked = False
        self._above = 0
        """Lines of a long order that are read already."""
        self._letters: dict[str, Callable[[], None]] = {
            "c": self.finish,
            "n": self._note,
            "l": self._repeat,
            "z": self._undo,
            "h": self.change_channel,
            "m": self.other_day,
            "a": self._cancel,
            "v": lambda: press(self),
            "k": lambda: press(self, by_code=True),
        }

    def prompt(self) -> str:
        return " ? "

    def keys(self) -> list[tuple[str, str]]:
        note = [] if self.sheet.basket.note_hidden else [("n", _("Note"))]
        return [
            ("c", _("Confirm")),
            *note,
            *self._voucher_key(),
            ("l", _("As last time")),
            ("z", _("Undo")),
            (_("Enter"), _("Back")),
            ("F1", _("Help")),
        ]

    def _voucher_key(self) -> list[tuple[str, str]]:
        """What v does with the member's voucher; nothing where there is none."""
        found = vouchers_of(self)
        if not found.all or not self.screen.operator.may(Right.ORDERS):
            return []
        if len(found.all) > 1:
            return [("v", _("Vouchers"))]
        one = found.all[0]
        amount = money(one.amount, one.currency)
        return [("v", _("Without voucher") if found.on else _("Voucher {amount}").format(amount=amount))]

    def key(self, key: str, character: str | None) -> bool:
        asked, self._asked = self._asked, False
        letter = key.lower()
        if key in ("enter", "ctrl+j", "escape", "backspace", "up", "down"):
            self._back()
        elif key in ("pageup", "pagedown"):
            self._above = max(0, self._above + (PAGE if key == "pagedown" else -PAGE))
            self.screen.show()
        elif key == "f8":
            self.finish()
        elif letter == "x":
            self._forget(asked)
        elif letter in self._letters:
            self._letters[letter]()
        elif character is not None and (character in "=+-" or ("0" <= character <= "9")):
            self._back()
            return False
        else:
            return character is not None and character.isprintable()
        return True

    def _back(self) -> None:
        self.screen.enter_mode(TypingMode(self.screen))

    def pasted(self, lines: list[str]) -> None:
        self._back()
        self.screen.mode.pasted(lines)

    # -- the letters

    def _store(self, work: Callable[[], Basket], *, shown: bool) -> None:
        """Carry out a change; the next key waits for it only where it is not `shown` already."""

        def done(basket: Basket) -> None:
            self.sheet.basket = basket
            self.screen.show()

        def stored(basket: Basket) -> None:
            self.sheet.stored(basket)
            self.screen.show()

        if shown:
            self.screen.show()
            self.screen.write(work, stored, self.screen.not_stored)
        else:
            self.screen.change_basket(work, done)

    def _repeat(self) -> None:
        last = self.screen.loaded.last if self.screen.loaded is not None else None
        shown = last is not None and self.sheet.repeat(last.lines)
        self._store(self.writes.repeat_last, shown=shown)

    def _undo(self) -> None:
        if self.sheet.basket.entries or self.sheet.pending:
            self._store(self.writes.undo, shown=self.sheet.undo() is not None)
        else:
            self.screen.say(_("There is nothing to undo."))

    def _note(self) -> None:
        from screens.order_note import NoteMode

        if self.sheet.basket.note_hidden:
            self.screen.say(words_for(Invalid("note", "", "other_catalogues")))
            return
        self.screen.enter_mode(NoteMode(self.screen))

    def _forget(self, asked: bool) -> None:
        """Forget the basket; asks once when something is lost."""
        lines = sum(line.quantity != line.before for line in self.sheet.lines())
        if lines and not asked:
            self._asked = True
            text = ngettext("x once more forgets {n} line.", "x once more forgets {n} lines.", lines)
            self.screen.warn(text.format(n=lines))
            return
        forget(self.screen)

    @property
    def _may_cancel(self) -> bool:
        """Whether a confirmed order can be cancelled here: it is the group's, not one producer's."""
        return self.changes and self.screen.operator.may(Right.ORDERS)

    def _cancel(self) -> None:
        from screens.order_note import CancelMode

        if self._may_cancel:
            self.screen.enter_mode(CancelMode(self.screen))
        elif self.changes:
            self.screen.say(_("A coordinator can cancel the order. Take your own lines out: 0 and the name."))
        else:
            self.screen.say(_("Nothing is confirmed yet: x forgets the basket."))

    # -- what is shown

    def choices(self, cells: int, height: int) -> list[Content]:
        sheet, loaded = self.sheet, self.screen.loaded
        name = (
            " ".join(part for p in loaded.member.people[:1] for part in (p.first_name, p.last_name)) if loaded else ""
        )
        d = sheet.distribution
        title = _("Read back to {name}, {day}, {start} to {end}, {place}").format(
            name=name, day=dates.day_long(d.day), start=d.starts_at, end=d.ends_at, place=d.place
        )
        titles = textwrap.wrap(title, max(20, cells - 2))
        wrapped = [part for text in self._texts() for part in textwrap.wrap(text, max(20, cells - 4))]
        room = height - len(titles) - 1
        shown = self._page(wrapped, room)
        gap = [""] * (room - len(shown))
        below = [plain(f"   {part}") for part in (*shown, *gap)]
        return [*(plain(f" {part}", "bold") for part in titles), *below, self._also(cells)]

    def _texts(self) -> list[str]:
        """The order as it is said, what a change alters, the note, and what is late."""
        sheet, lines, clock = self.sheet, self.sheet.lines(), self.screen.store.clock
        estimated = any(line.estimated and line.quantity for line in lines)
        texts = [read_back(lines, sheet.totals())]
        texts += order_vouchers.read_back(sheet.basket.vouchers, sheet.totals(), estimated=estimated)
        texts += [text for text in [spoken(lines)] if text]
        if self.changes:
            texts += self.changes_told()
        if sheet.basket.note:
            texts.append(_("Note: {note}").format(note=sheet.basket.note))
        touched = dict.fromkeys(line.product.catalogue_id for line in lines if line.quantity != line.before)
        late = [c for c in map(sheet.distribution.catalogue, touched) if c is not None and words.is_late(c, clock)]
        return texts + [f"! {words.closing(c, clock)}" for c in late]

    def _page(self, lines: list[str], height: int) -> list[str]:
        """As many lines as fit, from where one has read to; the last says that there are more."""
        if len(lines) <= height:
            self._above = 0
            return lines
        self._above = min(self._above, len(lines) - height)
        shown = lines[self._above : self._above + height]
        below = len(lines) - self._above - height
        return [*shown[:-1], _("↓ {n} more below (PgDn)").format(n=below + 1)] if below else shown

    def _also(self, cells: int) -> Content:
        """The rarer letters, closer together where there is little room."""
        entries = [("x", _("Forget")), ("h", self.screen.channel()), ("m", _("Another day"))]
        if len(vouchers_of(self).all) == 1:
            entries.append(("k", _("Code")))
        if self._may_cancel:
            entries.append(("a", _("Cancel the order")))
        wide = sum(width(f"   {key} {label}") for key, label in entries)
        gap = plain("   " if wide <= cells else "  ")
        parts = [part for key, label in entries for part in (gap, plain(key, "bold"), plain(f" {label}"))]
        return Content.assemble(*parts)
