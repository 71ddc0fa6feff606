"""How the form of a member is laid out: two people side by side, their household below."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Static

from screens.member_form import LABELS, PERSON
from screens.member_inputs import Notes, PhoneInput
from screens.widgets.field import Field
from screens.widgets.plain import plain
from screens.widgets.tick import Tick
from templates.words import N_, _

PEOPLE = (("", N_("Member")), ("2", N_("Second person")))
"""The ending of a person's fields, and what stands over them."""

PHONES = ("phone", "mobile")
ROWS = (("postal_code", "member-narrow", "city"), ("language", "member-short", "pickup_place"))


def form(country: str, *, sees_all: bool) -> ComposeResult:
    """The widgets of the form; who may not change members ticks nothing. `country` is the group's ISO code."""
    with VerticalScroll(id="member-form", can_focus=False):
        with Horizontal(id="member-people"):
            with Vertical(classes="member-labels"):
                yield Static()
                for name in (*PERSON[:4], None, PERSON[4], "news"):
                    yield Static(plain(_(LABELS[name])) if name else "")
            for suffix, title in PEOPLE:
                with Vertical(classes="member-person"):
                    yield from _person(suffix, title, country, sees_all)
        yield from _household(sees_all)
        yield Button("", id="member-alike", compact=True)
        yield Static(id="member-hint")


def _person(suffix: str, title: str, country: str, sees_all: bool) -> ComposeResult:
    yield Static(plain(_(title), "bold"))
    for name in PERSON[:4]:
        yield _input(f"{name}{suffix}", country=country if name in PHONES else None)
    yield Static(id=f"member-state{suffix}")
    yield Tick(_("real, may get mail"), id=f"member-vouch{suffix}")
    yield _input(f"{PERSON[4]}{suffix}", country=country)
    yield Tick(_("yes"), True, id=f"member-news{suffix}", disabled=not sees_all)


def _household(sees_all: bool) -> ComposeResult:
    for name in ("address1", "address2"):
        with Horizontal(classes="member-form-row"):
            yield Static(plain(_(LABELS[name])), classes="member-label")
            yield _input(name, "member-wide")
    for first, classes, second in ROWS:
        with Horizontal(classes="member-form-row"):
            yield Static(plain(_(LABELS[first])), classes="member-label")
            yield _input(first, classes)
            yield Static(plain(_(LABELS[second])), classes="member-next")
            yield _input(second, "member-wide")
    with Horizontal(classes="member-form-row"):
        yield Static(plain(_(LABELS["tags"])), classes="member-label")
        yield _input("tags", "member-wide")
        yield Static(plain(_(LABELS["joined_on"])), classes="member-next")
        yield _input("joined_on", "member-day")
    with Horizontal(classes="member-form-row"):
        yield Static(classes="member-label")
        yield Tick(_("★ Star"), id="member-vip", disabled=not sees_all)
        yield Button(plain(_("Swap the two")), id="member-swap", compact=True)
        yield Button(plain(_("Save")), id="member-save", compact=True)
    with Horizontal(id="member-notes-row"):
        yield Static(plain(_(LABELS["notes"])), classes="member-label")
        yield Notes(id="member-notes", compact=True)


def field_id(name: str) -> str:
    """The id of a field's widget."""
    return f"member-{name.replace('_', '-')}"


def _input(name: str, classes: str = "", *, country: str | None = None) -> Input:
    if country is not None:
        return PhoneInput(country, id=field_id(name), classes=classes)
    return Field(id=field_id(name), classes=classes, compact=True, select_on_focus=False)
