"""What the store refuses about recaps, lists and call-backs, in words; `screens.errors` takes them in."""

from __future__ import annotations

from templates.words import N_

RECAP_INVALID: dict[tuple[str, str], str] = {
    ("catalogue", "none"): N_("This distribution has no catalogue that you may see."),
    ("list", "unknown"): N_("There is no list “{value}”; it is orders, recap, supplement, pickup or calls."),
    ("format", "unknown"): N_("There is no form “{value}”; it is csv, json, txt or html."),
    ("by", "unknown"): N_("Orders are listed by member, product or producer, not by “{value}”."),
    ("way", "unknown"): N_("A producer is told by mail, by a file, or in words, not by “{value}”."),
    ("call", "unknown"): N_("A call ends as called, not_reached or nothing, not as “{value}”."),
}

RECAP_CHANGED = {
    "recap": N_("Orders are being changed at this moment, so nothing was sent. Try again."),
    "recap_told": N_("A colleague has told the producer meanwhile, so nothing was sent. Look again."),
}
