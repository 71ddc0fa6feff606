"""The entry line of an order: what each line typed means, stored as soon as it is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from screens import order_words as words
from screens.order_mode import Mode
from screens.order_sheet import Columns, Sheet, price_text, row
from screens.widgets.plain import plain
from store.entry_line import Act, Problem, Reading, Readings, dash_answer, read_line
from store.members import Member
from store.orders import Basket, Entry, OrderLine
from templates.words import _, dates, ngettext
from templates.words.money import quantity

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen

WARNINGS = 2
"""Lines kept for warnings under the choices, so that nothing jumps when one comes."""
OTHERS = 6
"""Rows of choices under the first."""


class OrderMode(Mode):
    """What the modes with an order have in common: the sheet, the title, leaving."""

    LAYOUT = "order"
    ACTIONS: ClassVar[tuple[str, ...]] = ("finish",)

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        if screen.sheet is None or screen.writes is None or screen.loaded is None:
            raise LookupError("no order is open")

    @property
    def sheet(self) -> Sheet:
        """The order on the screen."""
        sheet = self.screen.sheet
        if sheet is None:
            raise LookupError("no order is open")
        return sheet

    def heading(self) -> tuple[str, str]:
        loaded = self.screen.loaded
        if loaded is None:
            return super().heading()
        name = member_name(loaded.member)
        if loaded.changed is not None:
            at = loaded.changed.confirmed_at
            day = dates.day(self.screen.store.clock.to_wall(at)) if at else ""
            left = _("CHANGE: {name}, order of {day} ({by})").format(
                day=day, by=loaded.changed.confirmed_by or _("automatic"), name=name
            )
            return left, self.screen.place()
        return _("Order for {name}").format(name=name), f"{self.screen.place()}   {self.screen.who()}"

    def _typed(self) -> list[str]:
        """What is typed or pasted and not entered."""
        return [text for text in (self.screen.line.value.strip(), *self.screen.waiting) if text]

    def keeps(self) -> bool:
        return bool(self._typed())

    def keep(self) -> None:
        """Keep what is not entered with the basket, behind all that is being stored."""
        writes, typed = self.screen.writes, self._typed()
        if writes is not None and typed:
            self.screen.house.writer.submit(lambda: writes.keep_typed(typed))

    def finish(self) -> None:
        """Confirm, unless something typed is not entered yet."""
        line = self.screen.line
        if line.value.strip() or self.screen.waiting:
            self.screen.warn(_("“{text}” is not entered yet: Enter takes it.").format(text=line.value))
        elif not self.sheet.touched and not self.sheet.pending:
            self.screen.warn(_("There is nothing to confirm: nothing is ordered or changed."))
        else:
            self._confirm()

    def _confirm(self) -> None:
        from store.orders import Confirmation

        def confirmed(done: Confirmation) -> None:
            warns = bool(done.late_lines or done.warnings)
            self.screen.close(done.order_id, words.saved(done), warns=warns)

        def failed(error: BaseException) -> None:
            self.screen.failed(error, None)

        writes = self.screen.writes
        if writes is not None:
            self.screen.line.hold()
            self.screen.write(writes.confirm, confirmed, failed)

    def leave(self) -> None:
        """The basket is kept; of a change it is asked, and what was only looked at leaves nothing behind."""
        from screens.read_back import LeaveMode

        sheet = self.sheet
        if not sheet.touched and not sheet.pending and not sheet.basket.note:
            writes = self.screen.writes
            if writes is not None and sheet.basket.id:
                self.screen.write(writes.drop)
            self.screen.close(None)
        elif sheet.basket.changes_order_id is not None:
            self.screen.enter_mode(LeaveMode(self.screen))
        else:
            self.screen.close(None, self.kept())

    def kept(self) -> str:
        """That the basket stays as it is, and whose it is."""
        name = self.screen.loaded.member.name if self.screen.loaded is not None else ""
        lines = sum(line.quantity > 0 for line in self.sheet.lines())
        text = ngettext("The basket of {name} is kept: {n} line.", "The basket of {name} is kept: {n} lines.", lines)
        return text.format(name=name, n=lines)


class TypingMode(OrderMode):
    """One line for each product."""

    follows = True

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        self._readings = Readings("")
        self._index = 0
        self._asked = ""
        self._dash = ""
        self._leaving = False
        self.returned = False
        """The text in the line came back because it could not be stored."""

    def keys(self) -> list[tuple[str, str]]:
        if self.screen.line.value.strip():
            return [
                (_("Enter"), _("Take it")),
                ("↓", _("Other")),
                ("=n", _("Replace")),
                ("0 x", _("Remove")),
                (_("Esc"), _("Clear")),
                ("F1", _("Help")),
            ]
        return [
            (_("Enter"), _("Read back")),
            ("↑", _("Correct the last")),
            ("F8", _("Confirm")),
            ("F3", _("Leave")),
            ("F1", _("Help")),
        ]

    # -- keys

    def key(self, key: str, character: str | None) -> bool:
        text = self.screen.line.value
        if self.returned and key not in ("enter", "ctrl+j"):
            self.returned = False
            if character is not None and character.isprintable():
                # Who types on without looking must not type into it: it waits until this line is entered.
                self.screen.waiting.appendleft(text)
                self.screen.line.put("")
                return False
        if key == "down" and text.strip():
            self._move(1)
        elif key == "up" and text.strip():
            self._move(-1)
        elif key == "up":
            self._take_back()
        elif key in ("pageup", "pagedown"):
            self.screen.scroll(5 if key == "pageup" else -5)
        elif key == "f8":
            self.finish()
        elif key == "escape" and (text or self.screen.waiting):
            self._clear()
        elif key == "escape":
            self.leave()
        else:
            return False
        return True

    def changed(self, text: str) -> None:
        had, has = bool(self._readings.text), bool(text.strip())
        self._readings = read_line(text, self.sheet.offer, self.sheet.quantities())
        self._index = 0
        self._asked = ""
        self._leaving = self.returned = False
        if had != has:
            self.screen.enter_mode(self)
        self.screen.show()

    def _move(self, step: int) -> None:
        if self._readings.rows:
            self._index = (self._index + step) % len(self._readings.rows)
            self._asked = ""
            self.screen.show()

    def _clear(self) -> None:
        dropped = len(self.screen.waiting)
        self.screen.waiting.clear()
        self._dash = ""
        self.screen.line.put("")
        if dropped:
            text = ngettext("{n} waiting line is left out.", "{n} waiting lines are left out.", dropped)
            self.screen.say(text.format(n=dropped))

    def enter(self, text: str) -> None:
        """Take what the text means for the basket of this moment, whatever was drawn last."""
        if self._dash:
            text, self._dash = dash_answer(self._dash, text) or text, ""
        if not text.strip():
            self._read_back()
            return
        readings = read_line(text, self.sheet.offer, self.sheet.quantities())
        if not readings.rows:
            self._refuse(readings)
            return
        chosen = readings.rows[self._index if self._index < len(readings.rows) else 0]
        if chosen.problem is not None:
            self.screen.warn(words.row_problem(chosen))
        elif chosen.doubtful and self._asked != text:
            self._asked = text
            self.screen.warn(words.doubt(chosen, self.sheet.offer))
        else:
            self._take(readings.text, chosen)

    def _read_back(self) -> None:
        from screens.read_back import ReadBackMode

        self.screen.enter_mode(ReadBackMode(self.screen))

    def _refuse(self, readings: Readings) -> None:
        if readings.problem is Problem.DASH:
            self._dash = readings.rest
            self.screen.line.put("")
            self.screen.say(words.problem(readings))
            self._dash = readings.rest
        else:
            self.screen.warn(words.problem(readings))

    def _take(self, text: str, chosen: Reading) -> None:
        writes = self.screen.writes
        if writes is None:
            return
        entry = Entry(text, chosen.product.id, chosen.before, chosen.after)
        self.sheet.pending.append(entry)
        self.screen.say("")
        self.screen.came_back.discard(text)
        following = self.screen.waiting.popleft() if self.screen.waiting else ""
        self.screen.line.put(following)
        self.returned = following in self.screen.came_back

        def stored(basket: Basket) -> None:
            self.sheet.stored(basket)
            self.screen.show()

        def failed(error: BaseException) -> None:
            self.screen.failed(error, entry.text)

        self.screen.write(lambda: writes.enter(entry), stored, failed)

    def _take_back(self) -> None:
        writes = self.screen.writes
        if writes is None or not (self.sheet.basket.entries or self.sheet.pending):
            self.screen.say(_("There is nothing to take back: nothing was entered."))
            return

        def taken(result: tuple[Basket, str]) -> None:
            self.sheet.basket = result[0]
            self.screen.line.put(result[1])

        self.screen.change_basket(writes.take_back, taken)

    def pasted(self, lines: list[str]) -> None:
        """Each line is an entry of its own: the first comes into the line, the others wait for its Enter."""
        first, *others = lines
        self.screen.waiting.extend(others)
        self.screen.line.put(f"{self.screen.line.value}{first}")

    def leave(self) -> None:
        text = self.screen.line.value.strip()
        if text and not self._leaving:
            self._leaving = True
            self.screen.warn(
                _("“{text}” is not entered yet: Enter takes it, F3 again leaves without it.").format(text=text)
            )
            return
        if text:
            self.screen.waiting.clear()
        super().leave()

    # -- what is shown

    def choices(self, cells: int, height: int) -> list[Content]:
        """What Enter will do, then the other choices, then warnings on the last lines."""
        warnings = [plain(f" ! {text}") for text in self._warnings()][:WARNINGS]
        shown = (self._for_text(cells) if self._readings.text else self._for_empty())[: height - len(warnings)]
        gap = [plain("")] * (height - len(shown) - len(warnings))
        return [*shown, *gap, *warnings]

    def _for_text(self, cells: int) -> list[Content]:
        rows = self._readings.rows
        if not rows:
            return [plain(f"   {words.problem(self._readings)}", "bold"), *self._pasted_rows()]
        chosen = rows[self._index]
        others = [r for i, r in enumerate(rows) if i != self._index]
        first_text = words.what_enter_does(chosen)
        other_texts = [_differing(other, chosen) for other in others[:OTHERS]]
        columns = Columns.for_width(cells, [first_text, *other_texts])
        lines = [self._first(chosen, len(others), columns, first_text)]
        lines += [plain(f"   {text}", "bold") for text in [words.row_problem(chosen)] if text]
        lines += self._pasted_rows()
        return lines + [self._other(r, columns, text) for r, text in zip(others, other_texts, strict=False)]

    def _first(self, chosen: Reading, others: int, columns: Columns, text: str) -> Content:
        product = chosen.product
        currency = self.screen.house.group.currency
        line = self.sheet.basket.line(product.id)
        price = line.price if line is not None else product.price
        amount = price_text(product, product.amount(chosen.after, price), currency)
        amount = f"~{amount}" if product.estimated and chosen.after else amount
        shown_price = price_text(product, price, currency)
        if others:
            # How many others there are matters more than the price, which comes again in the basket.
            shown_price = ngettext("+{n} other ↓", "+{n} others ↓", others).format(n=others)
        if chosen.problem is not None:
            return row(columns, "!", text, product, shown_price, "", "bold")
        return row(columns, "⏎", text, product, shown_price, amount, "bold")

    def _other(self, other: Reading, columns: Columns, text: str) -> Content:
        product = other.product
        currency = self.screen.house.group.currency
        amount = "" if other.problem else price_text(product, product.amount(other.after), currency)
        return row(columns, "", text, product, price_text(product, product.price, currency), amount)

    def _pasted_rows(self) -> list[Content]:
        waiting = self.screen.waiting
        if not waiting:
            return []
        text = ngettext("{n} more line waits: {lines}", "{n} more lines wait: {lines}", len(waiting))
        return [plain("   " + text.format(n=len(waiting), lines=" | ".join(waiting)))]

    def _for_empty(self) -> list[Content]:
        if self._dash:
            return [plain("   " + words.problem(Readings("", problem=Problem.DASH, rest=self._dash)), "bold")]
        loaded, clock = self.screen.loaded, self.screen.store.clock
        enter = _("⏎ reads the order back") if self.sheet.lines() else _("3 tom   1,5 kg car   1/2 pain   500 g far")
        lines = [plain(f"   {enter}", "dim")]
        if loaded is not None and loaded.last is not None:
            came = ", ".join(_short(line) for line in loaded.last.lines if line.quantity)
            day = dates.day_number(loaded.last.day)
            lines.append(plain("   " + _("last time ({day}): {lines}").format(day=day, lines=came), "dim"))
        open_ones = [c for c in self.screen.own_catalogues() if not words.is_late(c, clock) and c.closes]
        return lines + [plain(f"   {words.closing(c, clock)}", "dim") for c in open_ones[:3]]

    def _warnings(self) -> list[str]:
        """Stock that does not reach, and catalogues that are closed: of the choice, then of the basket."""
        clock = self.screen.store.clock
        found = []
        concerned: list[int] = []
        if self._readings.rows:
            chosen = self._readings.rows[self._index]
            left = self.sheet.left(chosen.product.id, chosen.after)
            if left is not None and left < 0 and chosen.act is not Act.REMOVE:
                found.append(words.there_are(chosen.product, chosen.after + left))
            concerned.append(chosen.product.catalogue_id)
        for line in self.sheet.lines():
            left = self.sheet.left(line.product.id, line.quantity)
            if left is not None and left < 0 and line.quantity > line.before:
                found.append(words.short(line.product, left, line.quantity))
            if line.quantity != line.before:
                concerned.append(line.product.catalogue_id)
        for catalogue_id in dict.fromkeys(concerned):
            catalogue = self.sheet.distribution.catalogue(catalogue_id)
            if catalogue is not None and words.is_late(catalogue, clock):
                found.append(words.closing(catalogue, clock))
        return list(dict.fromkeys(found))


def _differing(other: Reading, chosen: Reading) -> str:
    """The quantity before another choice; nothing where it is that of the first row."""
    same = other.quantity == chosen.quantity and other.act is chosen.act
    return "" if other.problem or (same and not other.before) else words.what_enter_does(other)


def _short(line: OrderLine) -> str:
    return f"{quantity(line.quantity)} {line.product.name}"


def member_name(member: Member) -> str:
    """The caller as the title says it: "MARÉCHAL Odette"."""
    if len(member.people) == 1:
        person = member.people[0]
        return f"{person.last_name.upper()} {person.first_name}".strip()
    return member.name
