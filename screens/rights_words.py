"""Why an operator may not do something, and whom to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.errors import EVERYWHERE, RIGHTS, words_for
from store.errors import NotAllowed
from store.rights import Right
from templates.words import _

if TYPE_CHECKING:
    from store import Store

MOST_NAMES = 3


def why_not(store: Store, lacking: tuple[Right, ...]) -> str:
    """That the operator has no right to it, of which any of `lacking` would do, and who can give it.

    Who has it on some catalogues lacks it on the others.
    """
    right = lacking[0]
    names = [operator.name for operator in store.operators.all() if operator.may(Right.ADMIN)]
    if not names:
        return words_for(NotAllowed(right.value))
    if len(names) > MOST_NAMES:
        names = [*names[:MOST_NAMES], "…"]
    some = EVERYWHERE if store.operators.me().may_somewhere(right) else {}
    return _("You are not allowed to {right}. To be allowed, ask {names}.").format(
        right=_(some.get(right.value, RIGHTS[right.value])), names=", ".join(names)
    )
