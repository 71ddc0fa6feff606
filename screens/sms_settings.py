"""SMS: what one costs, how many go in a day and to whom, how the gateway stands, and how one is set up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Button

from screens import sms_settings_words as words
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.sms_gateway import SmsBudget, SmsSettings


@dataclass(frozen=True)
class Facts:
    """How the gateway stands, its day's limit told apart; `missing` is why none can be used on this machine, or ""."""

    settings: SmsSettings
    standing: SmsSettings
    budget: SmsBudget
    missing: str
    at_home: bool


def read_facts(store: Store) -> Facts:
    """Read it all: the configuration, too."""
    from mail.lock import at_home

    missing = words.set_up_words(store)
    return Facts(store.sms.get(), store.sms.standing(), store.sms.budget(), missing, at_home(store))


class SmsSettingsScreen(FormScreen):
    """The form of the group's SMS; it stays when it is saved."""

    NAME = "sms_settings"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "A message can go as an SMS to who has no e-mail: **c** while you write it. SMS go through a gateway, a "
        "service that takes money for each, or a telephone of the group's.\n"
        "\n"
        "**How it is set up.** Whoever looks after this machine installs `cabas[sms]` and writes one line into "
        "`cabas.toml`: it holds the gateway's key, which is nobody's to read and never in the group's file.\n"
        "\n"
        "`[sms]`\n"
        '`gateway = "httpsms://KEY@+33639980001/{to}"`\n'
        "\n"
        "The line is an apprise URL, of which apprise's pages list some fifty for SMS; `{to}` is where the number "
        "goes. `cabas sms check` tries it, `cabas sms test NUMBER` sends one.\n"
        "\n"
        "An SMS is never sent twice by itself. Where nobody can know whether one went, it is in doubt, as a mail is. "
        "**F9** goes on after a pause."
    )
    LABELS = words.LABELS
    NEEDS = {"save": Right.ADMIN, "resume": Right.MESSAGES_SEND}
    BINDINGS = [
        Binding("f9", "resume", N_("Go on"), tooltip=N_("End what keeps SMS from going"), id="sms.resume"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._facts: Facts | None = None

    def heading(self) -> tuple[str, str]:
        return _("SMS of the group"), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield from row(self.label("cost"), line("cost", "-number", max_length=12), note="cost")
            yield from row(self.label("currency"), line("currency", "-number", max_length=3))
            yield from row(self.label("per_day"), line("per_day", "-number", max_length=10), note="per_day")
            yield from row(self.label("only_allowed"), Tick(_("only who said yes to SMS"), id="form-only-allowed"))
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="sms-more")
            yield Prose(id="sms-state")
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        """One for the group."""
        return "sms"

    def about(self) -> tuple[str, int | None] | None:
        return "sms", None

    def load(self) -> Fields:
        """The settings; how the gateway stands follows, also when a colleague changed something."""
        self._read_facts()
        return words.fields_of(self.store.sms.get())

    def _read_facts(self) -> None:
        self.read(partial(read_facts, self.store), self._take, "facts")

    def _take(self, facts: Facts) -> None:
        self._facts = facts
        lines = []
        if facts.missing:
            lines += [plain(f"! {_('Nothing can go from this machine: {why}.').format(why=facts.missing)}", "bold")]
            lines += [plain(_("F1 says how a gateway is set up."))] if facts.at_home else []
        halted = facts.standing.state != "ok"
        state = words.state_words(facts.standing, self.store.clock)
        if facts.settings.state != "ok":
            state = f"{state} {_('F9 goes on.')}"
        if halted or not facts.missing:
            lines.append(plain(f"! {state}" if halted else state, "bold" if halted else ""))
        used = facts.budget.used
        said = ngettext("{n} SMS in the last 24 hours", "{n} SMS in the last 24 hours", used).format(n=used)
        if facts.budget.left is not None:
            left = facts.budget.left
            said += " · " + ngettext("{n} more may go", "{n} more may go", left).format(n=left)
        lines.append(plain(said))
        self.query_one("#sms-state", Prose).update(Content("\n").join(lines))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One goes on only where something keeps SMS from going."""
        if action == "resume":
            return self._facts is not None and self._facts.settings.state != "ok"
        return super().check_action(action, parameters)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Explain the field that is typed in."""
        name = (event.widget.id or "").removeprefix("form-").replace("-", "_")
        if name in words.EXPLAINED:
            self.say_below("sms-more", _(words.EXPLAINED[name]))

    def notes(self, typed: Fields) -> dict[str, str]:
        """What the numbers mean."""
        said = {"per_day": _("SMS at most; 0: no limit")}
        try:
            free = not words.cost_of(str(typed["cost"]))
        except ValueError:
            return said
        return {**said, "cost": _("free") if free else str(typed["currency"]).strip().upper()}

    def problems(self, typed: Fields) -> list[Problem]:
        return problems(typed)

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Change what was typed anew: a colleague may be changing something else."""
        wanted = {
            "cost": words.cost_of(str(typed["cost"])),
            "currency": str(typed["currency"]).strip().upper(),
            "per_day": int(_number(typed)),
            "only_allowed": bool(typed["only_allowed"]),
        }
        changed = {name: value for name, value in wanted.items() if typed[name] != self.read_fields[name]}
        sms = self.store.sms

        def save() -> int:
            if changed:
                sms.set(**changed)
            return len(changed)

        return save

    def saved(self, saved_id: int) -> None:
        """Stay, with what is set now."""
        self.start_again(self.load())
        self.say(_("Saved."))

    def action_resume(self) -> None:
        """Let SMS go again."""
        self.write(self.store.sms.resume, lambda _none: self._resumed())

    def _resumed(self) -> None:
        self.say(_("SMS go again: with the next sending."))
        self._read_facts()


def _number(typed: Fields) -> str:
    """How many SMS a day, as it is typed, without spaces; empty is none."""
    return "".join(str(typed["per_day"]).split()) or "0"


def problems(typed: Fields) -> list[Problem]:
    """What cannot be stored."""
    found = []
    try:
        words.cost_of(str(typed["cost"]))
    except ValueError:
        found.append(Problem("cost", _("“{value}” is no price; write it as 0,045.").format(value=typed["cost"])))
    currency = str(typed["currency"]).strip()
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha():
        said = _("“{value}” is no currency; write three letters, as EUR.").format(value=currency)
        found.append(Problem("currency", said, at_save=True))
    per_day = _number(typed)
    if not (per_day.isascii() and per_day.isdecimal()) or int(per_day) > words.LIMITS["per_day"]:
        said = _("A whole number from 0 to {most}.").format(most=words.LIMITS["per_day"])
        found.append(Problem("per_day", said))
    return found
