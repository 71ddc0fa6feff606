"""The fields of a member as options of the command line, and a member with what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from store.errors import Invalid
from templates.words import LANGUAGES, N_

if TYPE_CHECKING:
    from store.people import Member, Person

Command = TypeVar("Command", bound=Callable[..., Any])

PERSON = ("first_name", "last_name", "email", "phone", "mobile", "email_state")
PLACES = ("address1", "address2", "postal_code", "city", "country", "language", "pickup_place", "notes")
SECOND = "second_"

_STATES = click.Choice(("none", "real"))
_OPTIONS = (
    click.option("--first-name", help=N_("First name.")),
    click.option("--last-name", help=N_("Last name.")),
    click.option("--email", help=N_("E-mail, where there is one; an empty one takes it away.")),
    click.option(
        "--email-state",
        type=_STATES,
        metavar="STATE",
        help=N_("none: has no e-mail; real: the address is real, though it looks made up or mail came back."),
    ),
    click.option("--phone", help=N_("Phone, as one writes it.")),
    click.option("--mobile", help=N_("Mobile phone, as one writes it.")),
    click.option("--second-first-name", help=N_("First name of the second person.")),
    click.option("--second-last-name", help=N_("Last name of the second person.")),
    click.option("--second-email", help=N_("E-mail of the second person.")),
    click.option("--second-email-state", type=_STATES, metavar="STATE", help=N_("As --email-state.")),
    click.option("--second-phone", help=N_("Phone of the second person.")),
    click.option("--second-mobile", help=N_("Mobile phone of the second person.")),
    click.option("--address1", help=N_("Address, first line.")),
    click.option("--address2", help=N_("Address, second line.")),
    click.option("--postal-code", help=N_("Postal code.")),
    click.option("--city", help=N_("Town.")),
    click.option("--country", help=N_("Country.")),
    click.option(
        "--language", type=click.Choice(("", *LANGUAGES)), metavar="CODE", help=N_("Language of mails: en, fr or it.")
    ),
    click.option("--pickup-place", help=N_("Where the member fetches what is ordered.")),
    click.option("--joined-on", metavar="DAY", help=N_("The day the member joined, as 2026-11-26.")),
    click.option("--tag", "tags", multiple=True, metavar="TAG", help=N_("A tag to give; -TAG takes one away.")),
    click.option("--notes", help=N_("Notes, for operators only.")),
    click.option("--vip/--no-vip", default=None, help=N_("Give or take the star.")),
)


def field_options(command: Command) -> Command:
    """Give a command the options of all fields of a member; one that is not given is None."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def with_fields(member: Member, given: dict[str, Any]) -> Member:
    """The member with what the options say; raises `Invalid` for a day that is none, or a state without an address."""
    changes: dict[str, Any] = {name: given[name] for name in PLACES if given[name] is not None}
    if given["joined_on"] is not None:
        changes["joined_on"] = _day(given["joined_on"])
    if given["vip"] is not None:
        changes["vip"] = given["vip"]
    if given["tags"]:
        changes["tags"] = _tags(member.tags, given["tags"])
    return replace(member, people=_people(member.people, given), **changes)


def _people(people: tuple[Person, ...], given: dict[str, Any]) -> tuple[Person, ...]:
    from store.people import Person

    found = list(people) or [Person()]
    for place, prefix in enumerate(("", SECOND)):
        values = {name: given[prefix + name] for name in PERSON if given[prefix + name] is not None}
        if values:
            while len(found) <= place:
                found.append(Person())
            found[place] = _with_person(found[place], values)
    return tuple(found)


def _with_person(person: Person, values: dict[str, Any]) -> Person:
    from store.people import EmailState

    said = values.pop("email_state", None)
    if said == "none":
        values |= {"email": values.get("email", ""), "email_state": EmailState.NONE}
        if values["email"]:
            raise Invalid("email_state", values["email"], "none")
    elif said == "real":
        if not values.get("email", person.email):
            raise Invalid("email_state", "real", "no_address")
        values["email_state"] = EmailState.HAS
    elif "email" in values:
        values["email_state"] = EmailState.UNKNOWN
    return replace(person, **values)


def _tags(known: tuple[str, ...], given: tuple[str, ...]) -> tuple[str, ...]:
    from store.folding import fold

    tags = list(known)
    for text in given:
        name = text.lstrip("+-").strip()
        others = [tag for tag in tags if fold(tag) != fold(name)]
        if text.startswith("-"):
            tags = others
        elif others == tags:
            tags.append(name)
    return tuple(tags)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid("day", text, "not_a_day") from error
