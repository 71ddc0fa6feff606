"""What an open session looks for every two seconds: a newer cabas, a sending, a colleague's change."""

from __future__ import annotations

from typing import TYPE_CHECKING

# What is needed when the program is replaced on the disk is here before.
from screens import errors, resuming, storing  # noqa: F401
from screens.base import HouseScreen
from screens.sending_now import sending_now
from screens.start_sending import ended_words

if TYPE_CHECKING:
    from screens.house import HouseApp


def look_around(house: HouseApp) -> None:
    """Is there a newer program; who sends, has a sending ended that was started here, has anybody changed the file?"""
    try:
        house.updating.look()
        if house.updating.is_due:
            return
        looks_on = getattr(house.screen, "NAME", "") == "sending"
        if words := ended_words(house.store, looking_on=looks_on):
            house.warn(words)
        house.say_aside(sending_now(house.store))
        number = house.store.change_number()
        if number != house.change_number:
            house.operator, house.group = house.store.operators.me(), house.store.settings.group()
    except Exception as error:
        if not errors.known(error):
            raise
        if (said := errors.words_for(error)) != house.said_of_look:  # once, not every two seconds
            house.said_of_look = said
            house.show_error(error)
        return
    house.said_of_look = ""
    if number != house.change_number:
        house.change_number = number
        if isinstance(house.screen, HouseScreen):
            house.screen.look()
