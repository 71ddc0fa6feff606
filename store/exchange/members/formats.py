"""The files that members come from: one entry of `FORMATS` is one system's file, known by its header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from store.exchange import own_members
from store.exchange.column_names import SYNONYMS


@dataclass(frozen=True, slots=True)
class MemberFormat:
    """One system's file of members.

    `columns` maps a `header_key` to a field of `mappings.FIELDS["members"]`, or to one that only systems have: "id",
    "household" (rows with the same one are one household), "other" (the name of another member), "left_on" (a day:
    no member since). A file is of this format when it has one of the sets of `required`. `source` names the system
    whose ids these are (empty: the file has none that last). A row `may_be_short` of cells at its end.
    """

    name: str
    required: tuple[frozenset[str], ...]
    columns: Mapping[str, str]
    source: str = ""
    may_be_short: bool = False


CAGETTE_LEGACY = MemberFormat(
    "cagette",
    (frozenset({"id", "firstname", "lastname", "prenomduconjoint"}),),
    {
        "id": "id",
        "firstname": "first_name",
        "lastname": "last_name",
        "email": "email",
        "telephone": "phone",
        "prenomduconjoint": "first_name2",
        "nomduconjoint": "last_name2",
        "emailduconjoint": "email2",
        "telephoneduconjoint": "phone2",
        "address1": "address1",
        "address2": "address2",
        "codepostal": "postal_code",
        "commune": "city",
    },
    source="cagette",
)
CAGETTE_PRO = MemberFormat(
    "cagette-pro",
    (frozenset({"groupid", "group", "firstname", "lastname", "firstname2"}),),
    {
        "firstname": "first_name",
        "lastname": "last_name",
        "email": "email",
        "phone": "phone",
        "firstname2": "first_name2",
        "lastname2": "last_name2",
        "email2": "email2",
        "phone2": "phone2",
        "address1": "address1",
        "address2": "address2",
        "zipcode": "postal_code",
        "city": "city",
    },
)
"""A producer's list of the members of all groups: who is in several has a row for each, and no id."""

CAMAP = MemberFormat(
    "camap",
    (frozenset({"id", "prenom", "nom", "prenompartenaire"}),),
    {
        "id": "id",
        "prenom": "first_name",
        "nom": "last_name",
        "email": "email",
        "telephone": "phone",
        "prenompartenaire": "first_name2",
        "nompartenaire": "last_name2",
        "emailpartenaire": "email2",
        "telephonepartenaire": "phone2",
        "adresse1": "address1",
        "adresse2": "address2",
        "codepostal": "postal_code",
        "ville": "city",
    },
    source="camap",
)
CAMAP_SUBSCRIPTIONS = MemberFormat(
    "camap-subscriptions",
    (frozenset({"subscriptionid", "userid", "username", "useremail"}),),
    {"userid": "id", "username": "name", "useremail": "email", "userphone": "phone", "user2name": "other"},
    source="camap",
)
"""A row for each subscription, so several for a member. The second user is another household that takes turns with the
first one (FORMATS 1.d), and is told by name only: it is added where nobody has that name."""

CAGETTE_IMPORT = MemberFormat(
    "cagette-import",
    (frozenset({"prenom", "nom", "prenomconjoint"}),),
    {
        "prenom": "first_name",
        "nom": "last_name",
        "email": "email",
        "telephoneportable": "phone",  # most hold a landline, whatever the column says
        "prenomconjoint": "first_name2",
        "nomconjoint": "last_name2",
        "emailconjoint": "email2",
        "telephoneportableconjoint": "phone2",
        "adresse1": "address1",
        "adresse2": "address2",
        "codepostal": "postal_code",
        "ville": "city",
    },
)
_FOODSOFT_FR = "id nom identifiant prenom nomdefamille email telephone cellule"
_FOODSOFT_EN = "id name nick firstname lastname email phone ordergroup"
_FOODSOFT_DE = "id name benutzername vorname nachname email telefon bestellgruppe"
_FOODSOFT_FIELDS = ("id", "name", "", "first_name", "last_name", "email", "phone", "household")
FOODSOFT = MemberFormat(
    "foodsoft",
    (
        frozenset({"id", "nomdefamille", "cellule"}),
        frozenset({"id", "lastname", "ordergroup"}),
        frozenset({"id", "nachname", "bestellgruppe"}),
    ),
    {
        key: field
        for keys in (_FOODSOFT_FR, _FOODSOFT_EN, _FOODSOFT_DE)
        for key, field in zip(keys.split(), _FOODSOFT_FIELDS, strict=True)
        if field
    },
    source="foodsoft",
)
"""A row for each user. Foodsoft's household is the ordergroup ("Cellule"), which orders and pays: its first two users
are the two people of one member here, further ones are members of their own, as a user without an ordergroup is."""

OFN_CUSTOMERS = MemberFormat(
    "ofn-customers",
    (
        frozenset({"prenom", "nom", "adressedefacturation", "email"}),
        frozenset({"firstname", "lastname", "billingaddress", "email"}),
        frozenset({"prenom", "nom", "email", "boutique"}),
        frozenset({"firstname", "lastname", "email", "hub"}),
    ),
    {
        "prenom": "first_name",
        "firstname": "first_name",
        "nom": "last_name",
        "lastname": "last_name",
        "adressedefacturation": "address",
        "billingaddress": "address",
        "email": "email",
        "ntel": "phone",
        "phone": "phone",
    },
)
"""Open Food Network's report of customers: a row for each shop and way of delivery that one ordered by."""

JUNTAGRICO = MemberFormat(
    "juntagrico",
    (frozenset({"firstname", "lastname", "addrstreet", "addrzipcode"}),),
    {
        "id": "id",
        "firstname": "first_name",
        "lastname": "last_name",
        "email": "email",
        "addrstreet": "address1",
        "addrzipcode": "postal_code",
        "addrlocation": "city",
        "phone": "phone",
        "mobilephone": "mobile",
        "deactivationdate": "left_on",
        "notes": "notes",
    },
    source="juntagrico",
)
"""Columns are chosen at export; who was deactivated comes archived. `reachable_by_email` is about mails between
members, and no refusal of ours."""

OWN = MemberFormat(
    own_members.NAME,
    (frozenset(name.replace("_", "") for name in own_members.REQUIRED),),
    {name.replace("_", ""): name for name in own_members.COLUMNS},
)
_SIMPLE_PERSON = ("first_name", "last_name", "email", "phone", "mobile")
SIMPLE = MemberFormat(
    "simple",
    (),
    {
        name.replace("_", ""): name
        for name in (
            *(*_SIMPLE_PERSON, *(f"{name}2" for name in _SIMPLE_PERSON)),
            *("address1", "address2", "postal_code", "city", "country", "language", "pickup_place"),
            *("joined_on", "vip", "tags", "notes"),
        )
    },
    may_be_short=True,
)
"""The header that our guide tells to write by hand; Cagette's short lists (firstName;lastName;email) are so too.
Further columns are read where their names tell what they are."""

MAPPED = MemberFormat("mapped", (), {})
"""A file whose columns a person named."""

FORMATS = (
    *(OWN, CAGETTE_LEGACY, CAGETTE_PRO, CAMAP, CAMAP_SUBSCRIPTIONS, CAGETTE_IMPORT, FOODSOFT, OFN_CUSTOMERS),
    *(JUNTAGRICO, SIMPLE),
)
"""Every known format, the more demanding first."""


def recognise_members(keys: tuple[str, ...]) -> MemberFormat | None:
    """The format that a file's header keys tell, whatever their order; None when it is none of members."""
    found = set(keys)
    for known in FORMATS:
        if any(required <= found for required in known.required):
            return known
    named = found & {"firstname", "lastname"}
    # An e-mail alone says whose file it is only where nothing else stands beside it.
    if named or ("email" in found and found <= SIMPLE.columns.keys()):
        return SIMPLE
    return None


def fields_by_header(known: MemberFormat, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The field of each column of a file of this format; "" for one that is not read."""
    fields = [known.columns.get(key, "") for key in keys]
    for place, key in enumerate(keys) if known is SIMPLE else ():
        named = SYNONYMS["members"].get(key, "")
        if not fields[place] and named not in fields:
            fields[place] = named
    return tuple(fields)
