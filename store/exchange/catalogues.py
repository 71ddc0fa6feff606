"""Which catalogue of the group a file means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from store.catalogues import Catalogue
from store.exchange.match import SHOWN, Match
from store.folding import folded, folded_words


class CatalogueDirectory:
    """The catalogues of the group by what files call them: their name or their producer's."""

    def __init__(self, catalogues: Iterable[Catalogue]) -> None:
        self._all = {c.id: c for c in catalogues}
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self._by_producer: dict[str, set[int]] = defaultdict(set)
        for c in self._all.values():
            self._by_name[folded(c.name)].add(c.id)
            self._by_producer[folded(c.producer_name)].add(c.id)

    def name(self, catalogue_id: int) -> str:
        """The catalogue's name."""
        return self._all[catalogue_id].name

    def currency(self, catalogue_id: int) -> str:
        """The currency of its prices."""
        return self._all[catalogue_id].currency

    def knows(self, catalogue_id: int) -> bool:
        """Whether there is such a catalogue."""
        return catalogue_id in self._all

    def find(self, text: str, here: frozenset[int]) -> Match:
        """The catalogue of this name; of several of one producer, the one that the distribution has (`here`)."""
        named = self._by_name.get(folded(text)) or self._by_producer.get(folded(text)) or set()
        for ids in (named, named & here, {i for i in named if self._all[i].active}):
            if len(ids) == 1:
                return Match(next(iter(ids)))
        if named:
            return Match(None, tuple(sorted(named))[:SHOWN], "several")
        words = set(folded_words(text))
        shared = {i: len(words & {*folded_words(c.name), *folded_words(c.producer_name)}) for i, c in self._all.items()}
        likely = sorted((i for i, n in shared.items() if n), key=lambda i: (i not in here, -shared[i], i))
        others = [i for i in sorted(here) if i not in likely]
        return Match(None, (*likely, *others)[:SHOWN])
