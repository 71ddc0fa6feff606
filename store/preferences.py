"""What a person wants to get, and the addresses that nothing may be sent to any more.

A refusal is never forgotten. It is written down for the person; when the person leaves a household or an address, it
goes to `suppressions` for that address, which outlive both. Allowing a kind again lifts what operators wrote. What the
person refused with STOP is lifted only where the operator says that the person asked for it (`said_so`): the preference
then tells who lifted it and when, and so does the journal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from store.addresses import address_hash
from store.errors import Invalid, NotFound
from store.folding import fold
from store.people import Preference
from store.transaction import Transaction

CHANNELS = ("email", "sms")
KINDS = ("opening", "last_call", "pickup", "automatic", "targeted", "measured")
EVERYTHING = "all"
"""The kind of a suppression that refuses every kind of mail."""
STOP = "stop"
"""The source of what was written down because the person answered STOP."""
KEPT = "kept"
"""The source of a suppression for what was refused before the address left its person."""


def load_preferences(t: Transaction, person_id: int) -> tuple[Preference, ...]:
    """What the person was asked or said; what is missing is allowed (but `measured`, which needs a yes)."""
    found = t.all(
        """SELECT f.channel, f.kind, f.allowed, f.since, f.operator_id, f.source, o.name AS operator
           FROM preferences f LEFT JOIN operators o ON o.id = f.operator_id
           WHERE f.person_id = ? ORDER BY f.channel, f.kind""",
        (person_id,),
    )
    return tuple(
        Preference(
            channel=r["channel"],
            kind=r["kind"],
            allowed=bool(r["allowed"]),
            since=r["since"],
            operator_id=r["operator_id"],
            source=r["source"],
            by=r["operator"] or "",
            stopped=r["source"] == STOP and not r["allowed"],
        )
        for r in found
    )


def all_preferences(t: Transaction, person_id: int) -> tuple[Preference, ...]:
    """Every channel and kind as it holds for the person, the address's own refusals included; raises `NotFound`.

    What nobody was asked for has an empty `since`: it is allowed, but for `measured`, and but for SMS where the group
    writes only to who said yes.
    """
    opted_in = bool(t.value("SELECT only_allowed FROM sms_gateway"))
    said = {(p.channel, p.kind): p for p in load_preferences(t, person_id)}
    for channel, addresses in _addresses(t, person_id).items():
        for row in _suppressions(t, addresses):
            for kind in KINDS if row["kind"] == EVERYTHING else (row["kind"],):
                known = said.get((channel, kind))
                if known is None or known.allowed or (row["source"] == STOP and not known.stopped):
                    said[channel, kind] = Preference(
                        channel, kind, False, row["since"], None, row["source"], stopped=row["source"] == STOP
                    )
    return tuple(
        said.get(
            (channel, kind),
            Preference(channel, kind, kind != "measured" and not (channel == "sms" and opted_in), "", None, ""),
        )
        for channel in CHANNELS
        for kind in KINDS
    )


def as_source(text: str) -> str:
    """What is kept of who or what said so: `STOP` however that was written, as an operator copies it from a mail."""
    said = " ".join(text.split())
    return STOP if fold(said.strip("“”«»\"'.!: ")) == STOP else said


def write_preference(t: Transaction, person_id: int, channel: str, kind: str, allowed: bool, source: str) -> bool:
    """Write one preference down, and say whether that is news.

    A STOP is news even where an operator had written the same down: it counts more. Raises `NotFound` and, for a
    channel or kind that does not exist, `Invalid`. Lifts no suppression.
    """
    _require(t, person_id, channel, kind)
    known = t.one(
        "SELECT allowed, source FROM preferences WHERE person_id = ? AND channel = ? AND kind = ?",
        (person_id, channel, kind),
    )
    if known is None:
        if allowed and kind != "measured":
            return False
    elif known["allowed"] == int(allowed) and (allowed or known["source"] == STOP or as_source(source) != STOP):
        return False
    _write(t, person_id, channel, kind, allowed, source)
    return True


def write_wish(
    t: Transaction, person_id: int, wanted: Mapping[tuple[str, str], bool], source: str, *, said_so: bool = False
) -> tuple[dict[str, bool], tuple[str, ...]]:
    """Write down what a person wants, by channel and kind; returns what changed and what of it STOP had refused.

    Both name a wish as "email targeted". A yes to SMS is written down where nothing was said, too: some groups ask for
    it. Raises as `write_preference`, and `Invalid("preference", kind, …)`: "stopped" where it would allow what the
    person refused with STOP and nobody says that they asked for it (`said_so`), "sms" for a yes to measure their SMS.
    """
    changed: dict[str, bool] = {}
    lifted: list[str] = []
    for (channel, kind), allowed in wanted.items():
        _require(t, person_id, channel, kind)
        if not allowed:
            if write_preference(t, person_id, channel, kind, False, source):
                changed[f"{channel} {kind}"] = False
            continue
        if (channel, kind) == ("sms", "measured"):
            raise Invalid("preference", kind, "sms")
        held = next(p for p in all_preferences(t, person_id) if (p.channel, p.kind) == (channel, kind))
        if held.allowed and (held.since or channel == "email"):
            continue
        if held.stopped:
            if not said_so:
                raise Invalid("preference", kind, "stopped")
            lifted.append(f"{channel} {kind}")
        _lift(t, _addresses(t, person_id)[channel], kind)
        _write(t, person_id, channel, kind, True, source)
        changed[f"{channel} {kind}"] = True
    return changed, tuple(lifted)


def write_said(t: Transaction, person_id: int, said: Preference) -> None:
    """Write one preference over what the person said before; the caller knows that it counts more."""
    t.execute(
        """INSERT INTO preferences (person_id, channel, kind, allowed, since, operator_id, source)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (person_id, channel, kind) DO UPDATE SET allowed = excluded.allowed, since = excluded.since,
               operator_id = excluded.operator_id, source = excluded.source""",
        (person_id, said.channel, said.kind, int(said.allowed), said.since, said.operator_id, said.source),
    )


def keep_refusals(t: Transaction, person_id: int) -> None:
    """Keep what the person refused with the addresses and numbers that the person has now, whoever gets them next.

    To be called before a person goes or an address is changed; `measured` needs a yes anyway and is not kept.
    """
    addresses = _addresses(t, person_id)
    for preference in load_preferences(t, person_id):
        if not preference.allowed and preference.kind != "measured":
            for address in addresses[preference.channel]:
                source = STOP if preference.stopped else KEPT
                _suppress(t, address, preference.kind, preference.since, source)


def suppress(t: Transaction, email_key: str, kind: str, source: str) -> None:
    """Refuse one kind of mail (or `EVERYTHING`) for an address for good, whoever it belongs to."""
    _suppress(t, email_key, kind, t.stamp, source)


def suppression(t: Transaction, email_key: str, kind: str) -> list[str] | None:
    """What is written down of one kind for an address: since when and from where, or None."""
    row = t.one(
        "SELECT since, source FROM suppressions WHERE address_hash = ? AND kind = ?", (address_hash(email_key), kind)
    )
    return None if row is None else [row["since"], row["source"]]


def unsuppress(t: Transaction, email_key: str, kind: str, before: Sequence[str] | None) -> None:
    """Put back what `suppression` told before `suppress`."""
    where = (address_hash(email_key), kind)
    t.execute("DELETE FROM suppressions WHERE address_hash = ? AND kind = ?", where)
    if before is not None:
        t.execute("INSERT INTO suppressions (address_hash, kind, since, source) VALUES (?, ?, ?, ?)", (*where, *before))


def _require(t: Transaction, person_id: int, channel: str, kind: str) -> None:
    if channel not in CHANNELS:
        raise Invalid("channel", channel, "unknown")
    if kind not in KINDS:
        raise Invalid("kind", kind, "unknown")
    if t.one("SELECT 1 FROM people WHERE id = ?", (person_id,)) is None:
        raise NotFound("person", str(person_id))


def _write(t: Transaction, person_id: int, channel: str, kind: str, allowed: bool, source: str) -> None:
    write_said(t, person_id, Preference(channel, kind, allowed, t.stamp, t.actor.id, as_source(source)))


def _addresses(t: Transaction, person_id: int) -> dict[str, tuple[str, ...]]:
    """The keys of a person's addresses by channel: the e-mail's, and the phone numbers'; raises `NotFound`."""
    row = t.one("SELECT email_key, phone_e164, mobile_e164 FROM people WHERE id = ?", (person_id,))
    if row is None:
        raise NotFound("person", str(person_id))
    numbers = dict.fromkeys(number for number in (row["mobile_e164"], row["phone_e164"]) if number)
    return {"email": (row["email_key"],) if row["email_key"] else (), "sms": tuple(numbers)}


def _suppressions(t: Transaction, addresses: tuple[str, ...]) -> list[dict[str, str]]:
    """What is refused for these addresses, STOP last."""
    rows = [
        dict(row)
        for address in addresses
        for row in t.all(
            "SELECT address_hash, kind, since, source FROM suppressions WHERE address_hash = ?",
            (address_hash(address),),
        )
    ]
    return sorted(rows, key=lambda row: row["source"] == STOP)


def _suppress(t: Transaction, address: str, kind: str, since: str, source: str) -> None:
    # A STOP counts more than what operators wrote, and is not forgotten because of it.
    t.execute(
        """INSERT INTO suppressions (address_hash, kind, since, source) VALUES (:hash, :kind, :since, :source)
           ON CONFLICT (address_hash, kind) DO UPDATE SET since = excluded.since, source = excluded.source
           WHERE excluded.source = :stop AND suppressions.source <> :stop""",
        {"hash": address_hash(address), "kind": kind, "since": since, "source": source, "stop": STOP},
    )


def _lift(t: Transaction, addresses: tuple[str, ...], kind: str) -> None:
    """Refuse one kind no more for these addresses; what refuses everything goes on refusing the rest."""
    for row in _suppressions(t, addresses):
        if row["kind"] not in (kind, EVERYTHING):
            continue
        t.execute("DELETE FROM suppressions WHERE address_hash = ? AND kind = ?", (row["address_hash"], row["kind"]))
        if row["kind"] == EVERYTHING:
            t.execute_many(
                "INSERT INTO suppressions (address_hash, kind, since, source) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                [(row["address_hash"], other, row["since"], row["source"]) for other in KINDS if other != kind],
            )
