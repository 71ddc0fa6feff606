"""A mail's HTML as one file for a browser: its images are in it, nothing is asked from elsewhere."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from email.message import EmailMessage

_IMAGE = re.compile(r'src="cid:([^"]*)"')


def self_contained(html: str, images: Mapping[str, tuple[str, bytes]]) -> str:
    """The HTML with its images, (media type, content) by Content-ID without brackets; a missing one shows its words."""

    def data(found: re.Match[str]) -> str:
        image = images.get(unquote(found[1]))
        return found[0] if image is None else f'src="data:{image[0]};base64,{b64encode(image[1]).decode()}"'

    return _IMAGE.sub(data, html)


def page_of(mail: EmailMessage) -> str:
    """The HTML of a whole mail, as its bytes have it; "" for one without."""
    body = mail.get_body(("html",))
    if body is None:
        return ""
    images = {
        str(part["Content-ID"]).strip().strip("<>"): (part.get_content_type(), part.get_payload(decode=True))
        for part in mail.walk()
        if part["Content-ID"]
    }
    return self_contained(body.get_content(), {name: (kind, bytes(raw)) for name, (kind, raw) in images.items()})
