"""A catalogue and its producer as the fields of a form, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from screens.catalogue_rule import rule_of, rule_words
from screens.form import Problem
from screens.member_form import Fields
from store.catalogues import Catalogue, Producer, ProducerForm
from store.errors import Invalid
from store.folding import folded, folded_words
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store

LABELS = {
    "name": N_("Catalogue"),
    "producer": N_("Producer"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "contacts": N_("Contacts"),
    "currency": N_("Currency"),
    "opens": N_("Opens"),
    "closes": N_("Closes"),
    "active": N_("In use"),
}
RULES = ("opens", "closes")


@dataclass(frozen=True)
class Around:
    """What is known beside the catalogue: its own and all other producers and catalogues, and where its rule holds."""

    producer: Producer | None
    contacts: tuple[int, ...]
    producers: Sequence[Producer]
    others: Sequence[Catalogue]
    following: int

    def called(self, name: str) -> Producer | None:
        """The producer of this name, case and accents apart."""
        wanted = folded(name)
        return next((one for one in self.producers if wanted and folded(one.name) == wanted), None)

    def also(self, producer: Producer) -> list[str]:
        """The other catalogues of a producer."""
        return [other.name for other in self.others if other.producer_id == producer.id]

    def renames(self, name: str) -> bool:
        """Whether a name that nobody has is a new one for the catalogue's producer, who has no other catalogue."""
        return self.producer is not None and self.called(name) is None and not self.also(self.producer)


def around(store: Store, catalogue: Catalogue | None) -> Around:
    """Read what is known beside a catalogue, or beside a new one."""
    catalogues = store.catalogues
    own = 0 if catalogue is None else catalogue.id
    return Around(
        producer=None if catalogue is None else catalogues.producer(catalogue.producer_id),
        contacts=() if catalogue is None else catalogues.contacts(own),
        producers=catalogues.producers(),
        others=[other for other in catalogues.all(inactive=True) if other.id != own],
        following=0 if catalogue is None else catalogues.following(own),
    )


def fields_of(catalogue: Catalogue | None, known: Around, currency: str) -> Fields:
    """What the form shows; `currency` is the group's, for a new catalogue."""
    producer = known.producer
    fields: Fields = {
        "name": "" if catalogue is None else catalogue.name,
        "producer": "" if producer is None else producer.name,
        "email": "" if producer is None else producer.email,
        "phone": "" if producer is None else producer.phone,
        "contacts": ",".join(map(str, known.contacts)),
        "currency": currency if catalogue is None else catalogue.currency,
        "opens": "",
        "closes": "",
        "active": True if catalogue is None else catalogue.active,
    }
    if catalogue is not None:
        fields["opens"] = rule_words(catalogue.opens_days_before, catalogue.opens_at)
        fields["closes"] = rule_words(catalogue.closes_days_before, catalogue.closes_at)
    return fields


def problems(fields: Fields, known: Around, words: Callable[[Invalid], str]) -> list[Problem]:
    """What cannot be stored."""
    name = str(fields["name"])
    found = []
    if not name.strip():
        found.append(Problem("name", _("The catalogue needs a name."), at_save=True))
    elif not folded_words(name):
        found.append(Problem("name", _("The name needs a letter or a digit.")))
    elif any(folded(other.name) == folded(name) for other in known.others):
        found.append(Problem("name", _("There is a catalogue “{name}” already.").format(name=name.strip())))
    if not str(fields["currency"]).strip():
        found.append(Problem("currency", _("A currency is needed, as EUR."), at_save=True))
    for rule in RULES:
        try:
            rule_of(str(fields[rule]))
        except Invalid as error:
            found.append(Problem(rule, words(error)))
    return found or _order(fields)


def _order(fields: Fields) -> list[Problem]:
    opens, closes = (rule_of(str(fields[rule])) for rule in RULES)
    if opens[0] is None or closes[0] is None or (-opens[0], opens[1]) < (-closes[0], closes[1]):
        return []
    return [Problem("opens", _("It would open after it has closed. Let it open more days before."))]


def contact_ids(fields: Fields) -> tuple[int, ...]:
    """The members who speak for the catalogue."""
    return tuple(int(part) for part in str(fields["contacts"]).split(",") if part)


def save_catalogue(store: Store, catalogue: Catalogue | None, known: Around, fields: Fields) -> int:
    """Write producer, catalogue and contacts down, all of it or nothing; returns the catalogue's id."""
    values = _values(fields)
    contacts = contact_ids(fields)
    producer = _producer(known, fields)
    if catalogue is None:
        del values["active"]
        return store.catalogues.save_catalogue(None, 0, producer, values, contacts)
    changed = {name: value for name, value in values.items() if getattr(catalogue, name) != value}
    again = None if contacts == known.contacts else contacts
    return store.catalogues.save_catalogue(catalogue.id, catalogue.version, producer, changed, again)


def _values(fields: Fields) -> dict[str, Any]:
    opens, closes = (rule_of(str(fields[rule])) for rule in RULES)
    return {
        "name": " ".join(str(fields["name"]).split()),
        "currency": str(fields["currency"]).strip(),
        "opens_days_before": opens[0],
        "opens_at": opens[1],
        "closes_days_before": closes[0],
        "closes_at": closes[1],
        "active": bool(fields["active"]),
    }


def _producer(known: Around, fields: Fields) -> ProducerForm:
    """The producer that was typed: known, new, or the catalogue's own under a new name."""
    typed = {
        "name": " ".join((str(fields["producer"]).strip() or str(fields["name"])).split()),
        "email": str(fields["email"]).strip(),
        "phone": " ".join(str(fields["phone"]).split()),
    }
    meant = known.called(typed["name"])
    if meant is None and known.renames(typed["name"]):
        meant = known.producer
    if meant is None:
        return ProducerForm(values=typed)
    if known.producer is None or meant.id != known.producer.id:
        del typed["name"]  # another producer is chosen, however the name is spelled here
    changed = {name: value for name, value in typed.items() if getattr(meant, name) != value}
    return ProducerForm(meant.id, meant.version, changed)


def names(store: Store, ids: Iterable[int]) -> list[str]:
    """What members are called."""
    return [store.members.get(member_id).name for member_id in ids]
