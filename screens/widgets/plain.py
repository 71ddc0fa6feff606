"""Text that is shown as it is. A str given to a widget may be read as markup, and a name is never markup."""

from __future__ import annotations

from textual.content import Content

from screens.text import visible


def plain(text: object, style: str = "", *, lines: bool = False) -> Content:
    """`text` as it is, brackets and all, without control characters; in `style` ("bold", "dim") where one is given.

    Line breaks become spaces unless `lines`.
    """
    return Content.styled(visible(str(text), lines=lines), style) if style else Content(visible(str(text), lines=lines))


def joined(*parts: Content | str) -> Content:
    """Several pieces, each styled or as it is, in one text."""
    return Content.assemble(*(plain(part) if isinstance(part, str) else part for part in parts))
