"""When a colleague has deleted what a screen shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.errors import NotFound

if TYPE_CHECKING:
    from screens.base import HouseScreen


def leave_deleted(screen: HouseScreen[Any], error: BaseException) -> None:
    """Leave the screen of what is not there any more, and say so on the one below; any other error is said here."""
    if isinstance(error, NotFound):
        screen.dismiss(None)
        screen.house.call_later(screen.house.show_error, error)
    else:
        screen.show_error(error)
