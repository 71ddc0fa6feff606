"""What it takes to change a workflow; the store refuses the rest, this is for the keys that are dimmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.rights import Operator, Right

if TYPE_CHECKING:
    from store.workflow_records import Workflow


def lacking_to_change(operator: Operator, workflow: Workflow | None) -> tuple[Right, ...]:
    """The right that an operator lacks besides the one to write: what is attached goes out by itself, unseen."""
    if workflow is None or not workflow.places or operator.may(Right.MESSAGES_SEND):
        return ()
    return (Right.MESSAGES_SEND,)
