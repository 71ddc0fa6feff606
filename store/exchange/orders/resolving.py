"""What the lines of a file of orders mean here: whose they are and of which product; what nobody can tell is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from store.catalogues import list_catalogues
from store.distributions import Distribution
from store.errors import Invalid, NotFound
from store.exchange.catalogues import CatalogueDirectory
from store.exchange.columns import BadRow
from store.exchange.match import Match
from store.exchange.orders.formats import OrderFormat
from store.exchange.orders.members import OrderMembers, member_key, people_of
from store.exchange.orders.products import OrderProducts, catalogue_key, product_key
from store.exchange.orders.reading import IncomingLine
from store.exchange.report import NEW, Answers, Question
from store.exchange.units import without_amount
from store.folding import folded_words
from store.household import checked, group_country
from store.order_lines import own_catalogues
from store.people import Member, Person, household_name
from store.products import Product, Sold, list_products
from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Resolved:
    """A line with its member's and its product's id; one below 0 is of what the file adds."""

    line: IncomingLine
    member_id: int
    product: Product


@dataclass(slots=True)
class _Asked:
    text: str
    match: Match
    lines: list[int] = field(default_factory=list)


class Resolver:
    """Answers what each line means, by what the group has, by `answers`, and by what was answered at other times.

    A `catalogue_id` holds for lines that name no catalogue, and for all where the file names `one_catalogue` only.
    `new_people` and `new_products` are what answers say is new, by the id below 0 that lines have.
    """

    def __init__(
        self,
        t: Transaction,
        known: OrderFormat,
        distribution: Distribution,
        catalogue_id: int | None,
        answers: Answers,
        *,
        one_catalogue: bool = False,
    ) -> None:
        self._country = group_country(t)
        self._members = OrderMembers(t, known.sources, self._country)
        self._catalogues = CatalogueDirectory(list_catalogues(t, inactive=True))
        self._products = OrderProducts(list_products(t, active=False))
        self._own = own_catalogues(t)
        self._here = frozenset(c.catalogue_id for c in distribution.catalogues)
        self._catalogue_id = catalogue_id
        self._all_of_it = catalogue_id is not None and one_catalogue
        self._weights = known.weights
        self._answers = answers
        self._remembered = _remembered(t, answers_source(known))
        self._used: dict[tuple[str, str], int] = {}
        self._asked: dict[tuple[str, str], _Asked] = {}
        self.new_people: dict[int, tuple[Person, ...]] = {}
        self.new_products: dict[int, Product] = {}

    def member_name(self, member_id: int) -> str:
        """A member's name as in a list, also of one that the file adds."""
        return household_name(self.new_people[member_id]) if member_id < 0 else self._members.name(member_id)

    def given_answers(self) -> Mapping[tuple[str, str], int]:
        """The answers of this time that lines asked for, to be remembered; a number below 0 is of what is new."""
        return self._used

    def questions(self) -> list[Question]:
        """What has to be answered before all lines can be taken."""
        return [
            Question(
                kind,
                key,
                asked.text,
                asked.match.reason,
                tuple((i, self._name(kind, i)) for i in asked.match.candidates),
                tuple(asked.lines),
            )
            for (kind, key), asked in self._asked.items()
        ]

    def _name(self, kind: str, thing: int) -> str:
        if kind == "member":
            return self._members.name(thing)
        if kind == "catalogue":
            return self._catalogues.name(thing)
        product = self._products.get(thing)
        return "" if product is None else f"{product.name} ({product.unit_label})"

    def resolve(self, line: IncomingLine) -> Resolved | BadRow | tuple[str, str]:
        """What a line means; kind and key of the first question about it where that cannot be told."""
        places = self.places(line)
        if isinstance(places, BadRow):
            return places
        product = self.product(line, places) if places else None
        if isinstance(product, BadRow):
            return product
        member_id = self._member(line)
        if isinstance(member_id, BadRow):
            return member_id
        if not places:
            return "catalogue", catalogue_key(line)
        if product is None:
            return "product", product_key(line, line.catalogue)
        if member_id is None:
            return "member", member_key(line)
        return Resolved(line, member_id, product)

    def places(self, line: IncomingLine) -> tuple[int, ...] | BadRow:
        """The catalogues in which a line's product may be; none where the file's catalogue is not known yet."""
        if line.catalogue and not self._all_of_it:
            key = catalogue_key(line)
            found = self._answer("catalogue", key) or None
            if found is None:
                match = self._catalogues.find(line.catalogue, self._here)
                if match.id is None:
                    self._ask("catalogue", key, line.catalogue, match, line.line)
                    return ()
                found = match.id
            if self._catalogue_id not in (None, found):
                return BadRow(line.line, "other_catalogue", line.catalogue)
            places: tuple[int, ...] = (found,)
        elif self._catalogue_id is not None:
            places = (self._catalogue_id,)
        else:
            places = tuple(sorted(self._here if self._own is None else self._here & self._own))
        for place in places:
            if place not in self._here:
                return BadRow(line.line, "not_offered", self._catalogues.name(place))
            if self._own is not None and place not in self._own:
                return BadRow(line.line, "not_allowed", self._catalogues.name(place))
        return places

    def product(self, line: IncomingLine, places: tuple[int, ...]) -> Product | BadRow | None:
        """The product of a line in these catalogues; None where it has to be asked."""
        key = product_key(line, line.catalogue)
        answer = self._answer("product", key)
        if answer:
            product = self._products.get(answer)
            if product is not None and product.catalogue_id in self._here:
                return product
            return BadRow(line.line, "not_offered", line.product)
        match = self._products.find(line, places)
        if match.id is not None:
            return self._products.get(match.id)
        if answer == NEW and len(places) == 1:
            return self._new_product(line, key, places[0])
        reason = "no_catalogue" if answer == NEW else match.reason
        text = f"{line.product} {line.variant}".strip() or line.reference
        self._ask("product", key, text, Match(None, match.candidates, reason), line.line)
        return None

    def _new_product(self, line: IncomingLine, key: str, catalogue_id: int) -> Product | BadRow:
        product_id = self._used.get(("product", key))
        if product_id is not None:
            known = self.new_products[product_id]
            if line.quantity % 1000 and known.sold is Sold.WHOLE:
                known = self.new_products[product_id] = _sold(known, line, self._weights)
            return known
        name, quantity, measure = without_amount(f"{line.product} {line.variant}".strip() or line.reference)
        if line.price is None or not folded_words(name):
            return BadRow(line.line, "price" if line.price is None else "product_name", "")
        product_id = self._used["product", key] = -1 - len(self.new_products)
        product = Product(
            id=product_id,
            catalogue_id=catalogue_id,
            catalogue_name=self._catalogues.name(catalogue_id),
            producer_name="",
            reference=line.reference,
            name=name,
            unit=measure or "piece",
            base_quantity=quantity or 1000,
            price=line.price,
            cost=None,
            sold=Sold.WHOLE,
            estimated_weight=None,
            stock_kind="none",
            stock=None,
            active=True,
            currency="",
            version=1,
        )
        self.new_products[product_id] = _sold(product, line, self._weights)
        return self.new_products[product_id]

    def _member(self, line: IncomingLine) -> int | BadRow | None:
        key = member_key(line)
        answer = self._answer("member", key)
        if answer:
            return answer
        asked = self._asked.get(("member", key))
        match = self._members.find(line) if asked is None else asked.match
        if match.id is not None:
            return match.id
        if answer is None:
            self._ask("member", key, line.member or line.email or line.phone or line.member_id, match, line.line)
            return None
        if ("member", key) not in self._used:
            try:
                people = checked(Member(people=people_of(line)), self._country).people
            except Invalid as error:
                return BadRow(line.line, error.field, error.value)
            member_id = self._used["member", key] = -1 - len(self.new_people)
            self.new_people[member_id] = people
        return self._used["member", key]

    def _answer(self, kind: str, key: str) -> int | None:
        """What a person said, now or at another time: an id, or `NEW`; None where nobody said anything."""
        given = self._answers.get((kind, key))
        if given:
            if not self._exists(kind, given):
                raise NotFound(kind, str(given))
            self._used[kind, key] = given
            return given
        remembered = self._remembered.get((kind, key))
        return remembered if remembered is not None and self._exists(kind, remembered) else given

    def _exists(self, kind: str, thing: int) -> bool:
        if kind == "product":
            return self._products.get(thing) is not None
        return self._members.knows(thing) if kind == "member" else self._catalogues.knows(thing)

    def _ask(self, kind: str, key: str, text: str, match: Match, line: int) -> None:
        self._asked.setdefault((kind, key), _Asked(text, match)).lines.append(line)


def answers_source(known: OrderFormat) -> str:
    """The system whose names answers are about."""
    return next((source for source in known.sources if source), known.name)


def _remembered(t: Transaction, source: str) -> dict[tuple[str, str], int]:
    rows = t.all("SELECT kind, key, target_id FROM import_answers WHERE source = ?", (source,))
    return {(row["kind"], row["key"]): row["target_id"] for row in rows}


def _sold(product: Product, line: IncomingLine, weights: bool) -> Product:
    """How a new product is sold, as far as its quantity tells: what Cagette weighs has decimals and no size."""
    if not line.quantity % 1000:
        return product
    if weights and product.unit == "piece":
        return replace(product, unit="kg", sold=Sold.WEIGHED)
    return replace(product, sold=Sold.DECIMAL)
