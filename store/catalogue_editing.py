"""Adding and changing producers and catalogues inside a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from store.addresses import email_key
from store.catalogue_records import HOUR, Catalogue, Producer, get_catalogue, get_producer
from store.errors import ChangedElsewhere, Invalid, NotFound
from store.folding import folded
from store.member_resolving import kept

if TYPE_CHECKING:
    from store.transaction import Transaction

LONGEST = 365
CURRENCY_CELLS = 12
"""How long the name of a local currency may be: it stands beside every sum."""
"""The earliest day before a distribution that a rule can name: further back it is a slip of the finger."""
RULE = ("opens_days_before", "opens_at", "closes_days_before", "closes_at")
_CATALOGUE = ("name", "producer_id", "currency", *RULE, "active")
_PRODUCER = ("name", "email", "phone", "member_id")


def insert_producer(t: Transaction, values: dict[str, Any]) -> int:
    """Store a producer and return the id; raises `Invalid`, or `NotFound` for an unknown member."""
    return t.insert("producers", **_checked_producer(t, 0, values))


def change_producer(t: Transaction, producer_id: int, version: int, values: dict[str, Any]) -> Producer:
    """Change what is given of a producer; raises as `insert_producer`, and `ChangedElsewhere`."""
    _known(values, _PRODUCER)
    now = get_producer(t, producer_id)
    if now.version != version:
        raise ChangedElsewhere("producer", producer_id)
    checked = _checked_producer(t, producer_id, {name: getattr(now, name) for name in _PRODUCER} | values)
    _update(t, "producers", producer_id, checked)
    return get_producer(t, producer_id)


def _checked_producer(t: Transaction, producer_id: int, values: dict[str, Any]) -> dict[str, Any]:
    checked = dict(values)
    checked["name"] = free_name(t, "producers", values["name"], producer_id)
    checked["email"], checked["phone"] = values["email"].strip(), " ".join(values["phone"].split())
    if checked["email"]:
        email_key(checked["email"])
    member_id = values["member_id"]
    if member_id is not None and t.one("SELECT 1 FROM members WHERE id = ?", (member_id,)) is None:
        raise NotFound("member", str(member_id))
    return checked


def insert_catalogue(t: Transaction, values: dict[str, Any]) -> int:
    """Store a catalogue and return the id; raises `Invalid`, or `NotFound` for an unknown producer."""
    return t.insert("catalogues", **_checked_catalogue(t, 0, values))


def change_catalogue(t: Transaction, catalogue_id: int, version: int, values: dict[str, Any]) -> Catalogue:
    """Change what is given of a catalogue; raises as `insert_catalogue`, and `ChangedElsewhere`.

    The currency stays once something was ordered: the amounts of those orders are in it.
    """
    _known(values, _CATALOGUE)
    now = get_catalogue(t, catalogue_id)
    if now.version != version:
        raise ChangedElsewhere("catalogue", catalogue_id)
    checked = _checked_catalogue(
        t, catalogue_id, {name: asdict(now)[name] for name in _CATALOGUE} | values, now.currency
    )
    ordered = t.one("SELECT 1 FROM order_lines WHERE catalogue_id = ?", (catalogue_id,))
    if checked["currency"] != now.currency and ordered is not None:
        raise Invalid("currency", now.currency, "ordered")
    _update(t, "catalogues", catalogue_id, checked)
    return get_catalogue(t, catalogue_id)


def _checked_catalogue(
    t: Transaction, catalogue_id: int, values: dict[str, Any], known: str | None = None
) -> dict[str, Any]:
    """`known` is the currency until now: it stays as it is written, since sums were taken in it."""
    checked = dict(values)
    if t.one("SELECT 1 FROM producers WHERE id = ?", (values["producer_id"],)) is None:
        raise NotFound("producer", str(values["producer_id"]))
    checked["name"] = free_name(t, "catalogues", values["name"], catalogue_id)
    for which in ("opens", "closes"):
        days, hour = values[f"{which}_days_before"], values[f"{which}_at"]
        if (days is None) != (hour is None) or (hour is not None and not HOUR.fullmatch(hour)):
            raise Invalid(f"{which}_at", "" if hour is None else hour, "not_an_hour")
        if days is not None and not 0 <= days <= LONGEST:
            raise Invalid(f"{which}_days_before", str(days), "out_of_range")
    opens, closes = (_moment(values, which) for which in ("opens", "closes"))
    if opens is not None and closes is not None and opens >= closes:
        raise Invalid("opens_at", values["opens_at"], "after_close")
    checked["currency"] = values["currency"].strip()
    if checked["currency"] != known:
        checked["currency"] = _checked_currency(checked["currency"])
    if "active" in checked:
        checked["active"] = int(checked["active"])
    return checked


def _checked_currency(said: str) -> str:
    """An ISO code in capitals, or the name of a local currency as it is written; "eur" beside "EUR" were two sums."""
    if not said:
        raise Invalid("currency", said, "empty")
    if len(said) > CURRENCY_CELLS or not any(c.isalpha() for c in said) or any(c.isdigit() for c in said):
        raise Invalid("currency", said, "unknown")
    return said.upper() if len(said) == 3 and said.isascii() else said


def _moment(values: dict[str, Any], which: str) -> tuple[int, str] | None:
    """A rule's moment as something that sorts."""
    days = values[f"{which}_days_before"]
    return None if days is None else (-days, values[f"{which}_at"])


def read_contacts(t: Transaction, catalogue_id: int) -> list[int]:
    """The members who speak for a catalogue."""
    rows = t.all("SELECT member_id FROM catalogue_contacts WHERE catalogue_id = ? ORDER BY member_id", (catalogue_id,))
    return [row["member_id"] for row in rows]


def write_contacts(t: Transaction, catalogue_id: int, member_ids: Iterable[int]) -> None:
    """Say which members speak for a catalogue; raises `NotFound` for one that is archived, unless it did before."""
    get_catalogue(t, catalogue_id)
    before = read_contacts(t, catalogue_id)
    t.execute("DELETE FROM catalogue_contacts WHERE catalogue_id = ?", (catalogue_id,))
    for member_id in dict.fromkeys(kept(t, one) for one in member_ids):
        there = t.one("SELECT 1 FROM members WHERE id = ? AND archived_at IS NULL", (member_id,))
        if there is None and member_id not in before:
            raise NotFound("member", str(member_id))
        t.insert("catalogue_contacts", catalogue_id=catalogue_id, member_id=member_id)


@dataclass(frozen=True, slots=True)
class ProducerForm:
    """What a catalogue's form says of its producer: a new one without `id`; `values` hold what is changed."""

    id: int | None = None
    version: int = 1
    values: Mapping[str, Any] = field(default_factory=dict)


def save_form(
    t: Transaction, catalogue_id: int | None, version: int, producer: ProducerForm, values: Mapping[str, Any]
) -> Catalogue:
    """Write a catalogue and its producer down; one that nothing is changed of keeps its version."""
    producer_id = producer.id
    if producer_id is None:
        producer_id = insert_producer(t, {"member_id": None, "email": "", "phone": "", **producer.values})
    elif producer.values:
        change_producer(t, producer_id, producer.version, dict(producer.values))
    wanted = {**values, "producer_id": producer_id}
    if catalogue_id is None:
        return get_catalogue(t, insert_catalogue(t, {**dict.fromkeys(RULE), **wanted}))
    now = get_catalogue(t, catalogue_id)
    changed = {name: value for name, value in wanted.items() if getattr(now, name) != value}
    return change_catalogue(t, catalogue_id, version, changed) if changed else now


def free_name(t: Transaction, table: str, name: str, own_id: int = 0) -> str:
    """The name as it is kept; raises `Invalid` for none, or one that another has, in whatever case."""
    name = " ".join(name.split())
    if not name:
        raise Invalid("name", name, "empty")
    for row in t.all(f"SELECT id, name FROM {table}"):
        if row["id"] != own_id and (row["name"] == name or (folded(name) and folded(row["name"]) == folded(name))):
            raise Invalid("name", row["name"], "taken")
    return name


def _known(values: dict[str, Any], fields: Iterable[str]) -> None:
    if unknown := set(values) - set(fields):
        raise TypeError(f"cannot be changed: {', '.join(sorted(unknown))}")


def _update(t: Transaction, table: str, row_id: int, values: dict[str, Any]) -> None:
    fields = ", ".join(f"{name} = :{name}" for name in values)
    t.execute(f"UPDATE {table} SET {fields}, version = version + 1 WHERE id = :id", {**values, "id": row_id})
