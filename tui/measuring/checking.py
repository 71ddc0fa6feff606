"""Whether the endpoint answers where the links of mails lead: as a member's browser asks it, over https."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

OURS = ("X-Cabas", "measure")
"""The header that tells our endpoint from a web server that knows nothing of it."""
PATIENCE = 10
"""Seconds."""
_NOBODYS = f"/c/{'a' * 16}/1"
"""A link of no mail."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What answered at an address: the endpoint, "other" with the status that it gave, or nothing, and why not."""

    who: Literal["endpoint", "other", "nobody"]
    said: str = ""


def ask(address: str) -> Answer:
    """Ask at the address of the settings; nothing is counted by it. Waits ten seconds at most for each step."""
    import http.client
    import ssl

    parts = urlsplit(address)
    line = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=PATIENCE, context=ssl.create_default_context()
    )
    try:
        line.request("HEAD", f"{parts.path}{_NOBODYS}")
        answer = line.getresponse()
    except ssl.SSLCertVerificationError as error:
        return Answer("nobody", error.verify_message)
    except (OSError, http.client.HTTPException) as error:
        return Answer("nobody", str(error) or type(error).__name__)
    finally:
        line.close()
    return Answer("endpoint") if answer.getheader(OURS[0]) == OURS[1] else Answer("other", str(answer.status))
