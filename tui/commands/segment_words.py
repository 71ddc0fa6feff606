"""What the commands about segments share: reading their words, doubting them, and showing what each step does."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import click

from templates.words import _
from tui.context import Context
from tui.output import print_json, print_table, warn

if TYPE_CHECKING:
    from store import Store
    from store.segments import Segment

# `- vip` begins with what click would take for an option.
WORDS = {"ignore_unknown_options": True}
words_argument = click.argument("words", nargs=-1, required=True)


def parsed(words: tuple[str, ...]) -> Segment:
    """The segment that the words of a command stand for; raises `SegmentError`."""
    from store.segments import parse

    return parse(" ".join(words))


def doubted(context: Context, words: tuple[str, ...]) -> Segment:
    """The same, with a warning of what in it can find nobody."""
    chosen = parsed(words)
    warn_of_doubts(context.store(), chosen)
    return chosen


def warn_of_doubts(store: Store, chosen: Segment) -> None:
    """Say what in the segment can find nobody."""
    doubts = store.segments.doubts(chosen)
    if doubts:
        from screens.doubt_words import doubt_words

        for doubt in doubts:
            warn(f"! {doubt_words(doubt)}")


def print_steps(context: Context, chosen: Segment, as_json: bool) -> None:
    """What each step adds or takes away, as a table or as JSON."""
    from store.segments import step_words
    from store.segments import words as in_words

    warn_of_doubts(context.store(), chosen)
    segments = context.store().segments
    totals, sentences = segments.step_counts(chosen), segments.sentences(chosen)
    steps = list(zip(chosen.steps, sentences, pairwise(totals), strict=True))
    if as_json:
        listed = [
            {"words": step_words(step), "sentence": sentence, "change": after - before, "members": after}
            for step, sentence, (before, after) in steps
        ]
        print_json({"words": in_words(chosen), "members": totals[0], "steps": listed})
        return
    said = {"add": _("add"), "keep": _("keep only"), "remove": _("remove")}
    start = _("Everyone") if chosen.start == "everyone" else _("Nobody")
    rows: list[tuple[object, ...]] = [(_("start"), start, "", totals[0])]
    rows += [(said[step.verb], sentence, f"{after - before:+}", after) for step, sentence, (before, after) in steps]
    print_table((_("step"), _("rule"), _("change"), _("members")), rows, right=(2, 3))
