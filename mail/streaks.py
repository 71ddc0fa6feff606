"""The same answer to one recipient after the other: then it is not about them, and the rest is not tried in vain."""

from __future__ import annotations

import re

from mail.answers import ENHANCED, Answer, Verdict

LIMIT = 5
"""To how many different recipients in a row a server says the same before it counts as said to everybody."""

_ADDRESS = re.compile(r"<[^>]*>|\S+@\S+")
_WITH_A_DIGIT = re.compile(r"\S*\d\S*")
_NOT_A_LETTER = re.compile(r"[^\w]+")


class Streak:
    """Counts refusals of different recipients in a row that say the same, whatever addresses and numbers are in it.

    Greylisting is said to everybody as a matter of course and does not count.
    """

    def __init__(self) -> None:
        self._begin(None)

    def _begin(self, said: str | None, before: int = 0) -> None:
        self._said, self._before = said, before
        self._recipients: set[str] = set()

    def began_before(self, answer: str) -> None:
        """A former run was stopped by this answer: hearing it once more is enough."""
        self._begin(_alike(answer), LIMIT - 1)

    def goes_on(self, recipient: str, answer: Answer, verdict: Verdict) -> bool:
        """Note a refusal; whether that many recipients have now met it that it concerns everybody."""
        if verdict is Verdict.GREYLISTED:
            self.ends()
            return False
        said = _alike(answer.text)
        if said != self._said:
            self._begin(said)
        self._recipients.add(recipient)
        return self._before + len(self._recipients) >= LIMIT

    def ends(self) -> None:
        """Somebody was not refused: begin anew."""
        self._begin(None)


def _alike(text: str) -> str:
    """What two answers have in common that differ in addresses, numbers and the names of queues only.

    The enhanced code stays: it is what the server means (RFC 3463).
    """
    code = ENHANCED.match(text)
    words = _WITH_A_DIGIT.sub(" ", _ADDRESS.sub(" ", text))
    return f"{code.group() if code else ''} {_NOT_A_LETTER.sub(' ', words).casefold().strip()}"
