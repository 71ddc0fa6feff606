"""How many SMS a text is: the alphabet of GSM 03.38 (3GPP TS 23.038, 6.2.1), else UCS-2 (6.2.3).

One SMS holds 160 signs of that alphabet, some of which count two, or 70 of any other. Of a longer text each part holds
153 or 67: the rest says how the parts belong together (3GPP TS 23.040, 9.2.3.24.1). A sign that counts two is not
parted.
"""

from __future__ import annotations

from dataclasses import dataclass

LONG, SHORT = 153, 67
"""So many signs of GSM 03.38, and of any other, hold the parts of an SMS that has several."""
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = "\f^{}\\[~]|€"
_ONE = frozenset(_BASIC)
_TWO = frozenset(_EXTENSION)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text comes to: `parts` SMS, `characters` as they count, and `room` for so many more in the last part.

    `unicode`: it has signs that make every SMS hold 70 instead of 160, `unusual` are those, each once.
    """

    parts: int
    characters: int
    room: int
    unicode: bool
    unusual: tuple[str, ...]

    @property
    def each(self) -> int:
        """How many signs each part of several holds."""
        return SHORT if self.unicode else LONG

    @property
    def of(self) -> int:
        """How many signs the SMS that there are hold."""
        return self.characters + self.room


def parts(text: str) -> Parts:
    """How many SMS a text is; an empty one is none."""
    unusual = tuple(dict.fromkeys(sign for sign in text if sign not in _ONE and sign not in _TWO))
    if unusual:
        weights = [len(sign.encode("utf-16-be")) // 2 for sign in text]  # what is beyond UCS-2 takes a pair
        whole, part = 70, SHORT
    else:
        weights = [2 if sign in _TWO else 1 for sign in text]
        whole, part = 160, LONG
    characters = sum(weights)
    if characters <= whole:
        return Parts(min(1, characters), characters, whole - characters, bool(unusual), unusual)
    count, used = 1, 0
    for weight in weights:
        if used + weight > part:
            count, used = count + 1, 0
        used += weight
    return Parts(count, characters, part - used, bool(unusual), unusual)


def plain_text(text: str) -> str:
    """A filled text as an SMS carries it: without spaces at the ends of lines, or empty lines around it."""
    return "\n".join(line.rstrip() for line in text.replace("\u00a0", " ").replace("\u202f", " ").splitlines()).strip()
