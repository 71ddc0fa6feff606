"""What each limit is called, and what follows from it."""

from __future__ import annotations

from screens.form import Problem
from screens.member_form import Fields
from store.limits import RANGES, Limits
from templates.words import N_, _

LABELS = {
    "ask_above": N_("Ask above"),
    "subject_length": N_("Subject"),
    "most_lines": N_("Text"),
    "targeted_days": N_("News again"),
    "automatic_days": N_("Automatic"),
    "overlap_days": N_("Overlap"),
    "audience_change": N_("Changed by"),
    "files_mb": N_("Files"),
}
"""In the order of the form: what is asked before sending, the words, whom and when, the files."""

NOTES = {
    "ask_above": N_("mails: then their number is typed"),
    "subject_length": N_("characters at most"),
    "most_lines": N_("lines at most"),
    "targeted_days": N_("days between news to one person"),
    "automatic_days": N_("days between news and automatic"),
    "overlap_days": N_("days to look back for the same people"),
    "audience_change": N_("% more or fewer mails are noted"),
    "files_mb": N_("MB for all files of one message"),
}

EXPLAINED = {
    "ask_above": N_(
        "A message of more mails goes only after their number was typed, so that “everyone” is never an accident. "
        "0 asks each time."
    ),
    "subject_length": N_("Mail programs show the beginning of a subject; advice says when it is longer than this."),
    "most_lines": N_("Advice speaks of texts that are longer, greeting and footer apart: short ones are read."),
    "targeted_days": N_(
        "Advice says how many people got other news within so many days; more than one a month tires. 0 says nothing."
    ),
    "automatic_days": N_(
        "Advice says when an automatic mail, as a last call, goes to the same people within so many days. "
        "0 says nothing."
    ),
    "overlap_days": N_(
        "Choosing people shows how many of them got another message within so many days, with a key that leaves them "
        "out. 0 shows none."
    ),
    "audience_change": N_(
        "People are counted anew at the hour of a message that was kept for it; so many percent more or fewer mails "
        "than before are noted with it."
    ),
    "files_mb": N_("Images and attachments of a message together; many mailboxes refuse mails of more than 10 MB."),
}


def fields_of(limits: Limits) -> Fields:
    """What the form shows."""
    return {name: str(getattr(limits, name)) for name in LABELS}


def numbers_in(typed: Fields) -> dict[str, int]:
    """The fields that hold a whole number within its range."""
    found = {name: "".join(str(typed[name]).split()) for name in LABELS}
    numbers = {name: int(text) for name, text in found.items() if text.isascii() and text.isdecimal()}
    return {name: n for name, n in numbers.items() if RANGES[name][0] <= n <= RANGES[name][1]}


def problems(typed: Fields) -> list[Problem]:
    """What cannot be stored."""
    fine = numbers_in(typed)
    return [
        Problem(name, range_words(name), at_save=not str(typed[name]).strip()) for name in LABELS if name not in fine
    ]


def range_words(name: str) -> str:
    """What a limit can be."""
    least, most = RANGES[name]
    return _("{name}: a whole number from {least} to {most}.").format(name=_(LABELS[name]), least=least, most=most)
