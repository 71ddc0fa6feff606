"""The filters of the members' list: those that are asked for most, the group's saved segments, and their words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.clock import months_before
from store.segments import Segment, Start, Verb, parse
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store

SIGNS = {Verb.ADD: "+", Verb.KEEP: "&", Verb.REMOVE: "-"}
MONTHS = 3
BUILD = "build"
"""What is offered last: put a filter together in the picker."""

READY = (
    (N_("Without e-mail"), N_("to call, or to ask for an address"), "no_email"),
    (N_("Bad e-mail"), N_("made up, or mails to it came back"), "bad_email"),
    (N_("Not ordered yet"), N_("for the next distribution"), "not_ordered(distribution=next)"),
    (N_("Ordered"), N_("for the next distribution"), "ordered(distribution=next)"),
    (N_("Ordered last time"), N_("at the last distribution"), "ordered(distribution=last)"),
    (N_("Never ordered"), "", "never_ordered"),
    (N_("VIP ★"), N_("those with the star"), "vip"),
    (N_("No news wanted"), N_("they refuse news by mail"), "wants_no_news"),
    (N_("New members"), N_("joined in the last 3 months"), "joined(since={since})"),
    (N_("Activation"), N_("joined in the last 3 months, never ordered"), "activation(months=3)"),
    (N_("Reactivation"), N_("ordered before, but not in the last 3 months"), "reactivation(months=3)"),
    (N_("By phone"), N_("ordered by phone at least once"), "orders_by_phone"),
    (N_("With a mobile"), N_("can get a text message"), "has_mobile"),
    (N_("Board and contacts"), N_("operators, and contacts of catalogues"), "board"),
    (N_("Producers"), "", "is_producer"),
    (N_("Test"), N_("yourself, as you get test mails"), "test"),
)
"""Name, explanation, and the rule."""


@dataclass(frozen=True)
class Filter:
    """Who is listed: the members of a segment, the archived ones, or, without either, all. `name` is in the heading."""

    name: str = ""
    segment: Segment | None = None
    archived: bool = False

    @property
    def everyone(self) -> bool:
        """Whether it leaves nobody out."""
        return self.segment is None and not self.archived


ALL = Filter()
Offered = tuple[str, str, Filter | str]
"""A filter's name and explanation as the list offers it, and the filter or `BUILD`."""


def offered(store: Store) -> list[Offered]:
    """Every filter that one key leads to; those that need a distribution only where there is one."""
    near = {"next": store.distributions.next(), "last": store.distributions.last()}
    since = months_before(store.clock.today(), MONTHS)
    return [
        (_("All members"), _("nobody is left out"), ALL),
        *_ready({which for which, found in near.items() if found is None}, since.isoformat()),
        (_("Archived"), _("who left: to look them up, or bring them back"), Filter(_("Archived"), archived=True)),
        *(
            (_("“{name}”").format(name=saved.name), _("saved segment"), Filter(saved.name, saved.segment))
            for saved in store.segments.saved()
        ),
        (_("Build one …"), _("put it together in steps, and save it"), BUILD),
    ]


def _ready(missing: set[str], since: str) -> Iterator[Offered]:
    for name, explained, rule in READY:
        if not any(f"={which}" in rule for which in missing):
            segment = parse(f"nobody + {rule.format(since=since)}")
            yield _(name), _(explained) if explained else "", Filter(_(name), segment)


def described(store: Store, segment: Segment) -> str:
    """A segment's steps in words for the heading, each with its sign; the first one alone needs none."""
    sentences = store.segments.sentences(segment)
    words = [_("Everyone")] if segment.start is Start.EVERYONE else []
    for step, sentence in zip(segment.steps, sentences, strict=True):
        words.append(f"{SIGNS[step.verb]} {sentence}" if words or step.verb is not Verb.ADD else sentence)
    return " ".join(words) or _("Nobody")
