"""The group's file as the machine itself: for what runs without a person."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from store.rights import AUTOMATIC

if TYPE_CHECKING:
    from store import Store
    from tui.context import Context


@contextmanager
def opened_by_machine(context: Context, *, root: bool = False) -> Iterator[Store]:
    """The file as nobody in particular, where the account that owns it runs this and no operator was named.

    Else as that operator, with their rights. With `root`, who may read every file anyway, is no worse than the owner:
    only for what writes nothing, as the account could not work with what root makes.
    """
    if context.asked is not None or context.inside or not _owns(context, root=root):
        yield context.store()
        return
    from store import Store

    context.speak()
    with closing(Store(context.file, AUTOMATIC.login)) as store:
        yield store


def _owns(context: Context, *, root: bool) -> bool:
    try:
        owner = context.file.stat().st_uid
    except OSError:
        return False  # opening it says why
    return os.geteuid() == owner or (root and os.geteuid() == 0)
