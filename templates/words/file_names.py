"""What an image is called in a text: the same for the file as it lies on a disk and for whatever somebody writes."""

from __future__ import annotations

import re
from urllib.parse import unquote

from templates.words.folding import fold

_FOREIGN = re.compile(r"[^a-z0-9._-]+")


def plain_name(name: str) -> str:
    """The name with letters a to z, digits, dots and dashes only, which Markdown leaves as they are.

    "Été à la ferme (1).png" and "%C3%A9t%C3%A9 a la ferme 1.PNG" are both "ete-a-la-ferme-1.png".
    """
    stem, dot, ending = fold(unquote(name)).rpartition(".")
    stem, ending = (_FOREIGN.sub("-", part).strip("-.") for part in ((stem, ending) if dot else (ending, "")))
    return f"{stem or 'image'}.{ending}" if ending else stem or "image"
