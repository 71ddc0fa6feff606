"""What a terminal sends that is no UTF-8: letters of another character set, or noise on the line."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.message import Message

OTHERWISE = "cabas.latin-1"


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


def understand_all() -> None:
    """Let every byte be read that is typed: what is no UTF-8 is taken as Latin-1, as a terminal set to it sends "é".

    Textual decodes strictly, in a thread that ends with the first such byte, and the program with it: what is typed on
    the screens would be lost. To be called before the app runs.
    """
    from textual._xterm_parser import XTermParser
    from textual.drivers import linux_driver

    def decoder(name: str) -> Callable[[], codecs.IncrementalDecoder]:
        return partial(codecs.getincrementaldecoder(name), errors=OTHERWISE)

    class Parser(XTermParser):
        def parse_mouse_code(self, code: str) -> Message | None:
            """A terminal that does not know its size in pixels says 0, by which Textual would divide in that thread."""
            sizes = (self.terminal_size, self.terminal_pixel_size)
            self.mouse_pixels = self.mouse_pixels and all(size is None or all(size) for size in sizes)
            return super().parse_mouse_code(code)

    setattr(linux_driver, "XTermParser", Parser)  # noqa: B010 - as below
    codecs.register_error(OTHERWISE, _as_latin)
    setattr(linux_driver, "getincrementaldecoder", decoder)  # noqa: B010 - it is imported there, not exported
