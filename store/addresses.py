"""E-mail addresses: the form in which two that are the same look the same, and those that are made up."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from store.errors import Invalid

# Most addresses are plain; only the others are worth the import of email_validator (40 ms).
_PLAIN = re.compile(
    r"[a-z0-9_%+-]+(?:\.[a-z0-9_%+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII
)
LONGEST = 254
"""RFC 5321, 4.5.3.1: an address longer than this cannot be sent to."""

# Groups whose system demands an address type one in: `amap+103@…`, `pas-de-mail-odette@…`, `prenom.nom@cagette.net`.
_NUMBERED = re.compile(r"\+\d+$")
_SAYS_NONE = re.compile(
    r"(?:sans|pas[._-]?de|pas[._-]?d|no|aucun|senza|nessuna)[._-]?(?:e[._-]?mail|mail|adresse|courriel|internet|posta)"
)
_MADE_UP_DOMAINS = ("cagette.net",)
_NO_DOMAINS = (".invalid", ".local", ".localhost")


def email_key(text: str) -> str:
    """The address in the form that is the same for all its spellings: trimmed, lower case, domain normalised.

    Raises `Invalid("email", …)` for what no mail server would take.
    """
    return _key(text)


@lru_cache(maxsize=1024)  # an import asks four times for each row
def _key(text: str) -> str:
    key = text.strip().lower()
    if len(key) <= LONGEST and key.find("@") <= 64 and _PLAIN.fullmatch(key):
        return key
    from email_validator import EmailNotValidError, validate_email

    try:
        checked = validate_email(key, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid("email", text.strip(), "syntax") from error
    return checked.normalized.lower()


def is_placeholder(text: str) -> bool:
    """Whether the address was made up for someone without one, so that nothing must be sent to it."""
    local, _, domain = text.strip().lower().rpartition("@")
    if domain in _MADE_UP_DOMAINS or domain.endswith(_NO_DOMAINS):
        return True
    return bool(_NUMBERED.search(local) or _SAYS_NONE.search(local))


def address_hash(key: str) -> str:
    """What `suppressions` keeps of an `email_key`, so that a refusal outlives the address itself."""
    return hashlib.sha256(key.encode()).hexdigest()
