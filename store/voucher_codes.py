"""Codes of vouchers: eight letters and digits that can be said on the phone, and read off a page."""

from __future__ import annotations

from collections.abc import Container

LETTERS, DIGITS = "ACDEFGHJKMPQRTUWXY", "234679"
"""Nothing that is taken for something else when it is read or heard: 0 O, 1 I L, 2 Z, 5 S, 6 B, 8, M N, U V."""
_HALF = 4
SAMPLE = "XXXX-XXXX"
"""What a text shows before there are codes; none is ever like it, since each half has a digit."""


def new_code(taken: Container[str]) -> str:
    """A code as it is kept and shown, "K7PA-3MXD", which is none of those `taken`."""
    while True:
        code = f"{_half()}-{_half()}"
        if code not in taken:
            return code


def _half() -> str:
    """Four signs, one or more of them digits: no half is ever a word."""
    import secrets

    signs = [secrets.choice(LETTERS + DIGITS) for _ in range(_HALF)]
    if not set(signs) & set(DIGITS):
        signs[secrets.randbelow(_HALF)] = secrets.choice(DIGITS)
    return "".join(signs)


def as_kept(typed: str) -> str:
    """A code as somebody types it, as it would be kept: case, blanks and dashes do not count."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return f"{signs[:_HALF]}-{signs[_HALF:]}" if len(signs) == 2 * _HALF else typed.strip()
