"""Workflows: what goes out by itself, its steps and where it is attached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.rights import Right
from store.workflow_records import Attached, Idle, NewStep, Place, Scope, Standing, Step, Workflow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.handle import Store
    from store.message_records import Message

__all__ = ["Attached", "Idle", "NewStep", "Place", "Scope", "Standing", "Step", "Workflow", "Workflows"]


class Workflows:
    """Seeing needs the right `messages.see`, making and changing `messages.write`.

    What lets mails go or not (attach, detach, exempt, pause) needs `messages.send`, and so does, besides, any change of
    one that is attached: its mails go in the group's name without anybody looking at them again.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> tuple[Workflow, ...]:
        """Those there are, by title."""
        from store import workflow_rows

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return workflow_rows.all_workflows(t)

    def get(self, workflow_id: int) -> Workflow:
        """One of them; raises `NotFound`, also for one that was deleted."""
        from store import workflow_rows

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return workflow_rows.load_workflow(t, workflow_id)

    def resolve(self, text: str) -> int:
        """The id of the workflow with this number or title, whatever its case and accents; raises `NotFound`."""
        from store import workflow_rows

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return workflow_rows.resolve(t, text)

    def of_step(self, step_id: int) -> Workflow:
        """The workflow that a step belongs to; raises `NotFound` for a step or workflow that is gone."""
        from store import workflow_rows

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return workflow_rows.load_workflow(t, workflow_rows.load_step(t, step_id).workflow_id)

    def step(self, step_id: int) -> Step:
        """A step as it is now; raises `NotFound`."""
        from store import workflow_rows

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return workflow_rows.load_step(t, step_id)

    def new(self, title: str, steps: Sequence[NewStep] = (), template: str = "") -> int:
        """Make a workflow, attached nowhere, and return its id; `template` is the name of the one it comes from.

        Raises `Invalid("title", …)`: "empty", "too_long", "taken"; for its steps as `add_step`.
        """
        from store import workflow_rows, workflow_steps

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            workflow_id = workflow_rows.insert_workflow(t, title, template)
            for step in steps:
                workflow_steps.add_step(t, self._store.clock, workflow_id, step)
            t.journal("workflow.made", workflow_id, **({"template": template} if template else {}))
        return workflow_id

    def duplicate(self, workflow_id: int, title: str) -> int:
        """Make another one with the same steps, words and files under a new title, attached nowhere; its id.

        Raises `NotFound`, and as `new` does.
        """
        from store import workflow_rows, workflow_steps

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            before = workflow_rows.load_workflow(t, workflow_id)
            copy_id = workflow_rows.insert_workflow(t, title, before.template)
            for step in before.steps:
                workflow_steps.copy_step(t, self._store.clock, copy_id, step)
            t.journal("workflow.made", copy_id, copy_of=workflow_id)
        return copy_id

    def rename(self, workflow_id: int, title: str, version: int) -> None:
        """Give another title to the `version` that was read.

        Raises `NotFound`, `ChangedElsewhere("workflow", id)`, and `Invalid` as `new`.
        """
        from store import workflow_rows

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            workflow_rows.rename(t, workflow_id, title, version)
            t.journal("workflow.renamed", workflow_id)

    def delete(self, workflow_id: int) -> tuple[Place, ...]:
        """Delete a workflow with its steps, and say what it was attached to; what went out for it stays.

        Raises `NotFound`.
        """
        from store import workflow_rows, workflow_steps

        with self._store.writing() as t:
            workflow = workflow_rows.begin_change(t, workflow_id)
            workflow_rows.remove_workflow(t, workflow_id)
            for step in workflow.steps:
                workflow_steps.remove_step(t, step)
            t.journal("workflow.deleted", workflow_id)
        return workflow.places

    def pause(self, workflow_id: int, paused: bool) -> None:
        """Let nothing go for it until it is resumed; what was due in between does not go any more. `NotFound`."""
        from store import workflow_rows

        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            if workflow_rows.load_workflow(t, workflow_id).paused is not paused:
                workflow_rows.pause(t, workflow_id, paused)
                t.journal("workflow.paused" if paused else "workflow.resumed", workflow_id)

    def add_step(self, workflow_id: int, step: NewStep) -> Step:
        """Add a step at the end; its words are the draft `message_id` of what is returned.

        Raises `NotFound`, and `Invalid` for what makes no sense (see `workflow_triggers.check_step`), a language or
        words that no message can have, "steps" ("too_many").
        """
        from store import workflow_rows, workflow_steps

        with self._store.writing() as t:
            workflow_rows.begin_change(t, workflow_id)
            step_id = workflow_steps.add_step(t, self._store.clock, workflow_id, step)
            t.journal("workflow.step_added", workflow_id, step=step_id)
            return workflow_rows.load_step(t, step_id)

    def save_step(self, step: Step) -> Step:
        """Store when a step goes and to whom, and return it; its words are saved by `Messages.save`.

        With another moment, what was due before now does not go any more. Raises `NotFound`,
        `ChangedElsewhere("workflow_step", id)`, and `Invalid` as `add_step`.
        """
        from store import workflow_rows, workflow_steps

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            before = workflow_rows.load_step(t, step.id)
            workflow_rows.begin_change(t, before.workflow_id)
            fields = workflow_steps.save_step(t, before, step)
            if fields:
                t.journal("workflow.step_changed", before.workflow_id, step=step.id, fields=fields)
            return workflow_rows.load_step(t, step.id)

    def words_in_use(self, step_id: int) -> Message:
        """A step's draft as it goes out: with the words that were finished last. Raises `NotFound`."""
        from store import step_words, workflow_rows

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return step_words.words_in_use(t, workflow_rows.load_step(t, step_id))

    def use_words(self, step_id: int, version: int) -> bool:
        """Let what a step's draft says go out from now on, and return whether that is anything else than before.

        `version` is the draft's that was finished: `ChangedElsewhere("message", id)` where somebody saved it since.
        Raises `NotFound`.
        """
        from store import step_words, workflow_rows
        from store.errors import ChangedElsewhere
        from store.message_rows import load_message

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            step = workflow_rows.load_step(t, step_id)
            if step.typed_at is None:
                return False
            workflow_rows.begin_change(t, step.workflow_id)
            if load_message(t, step.message_id).version != version:
                raise ChangedElsewhere("message", step.message_id)
            step_words.finish_words(t, step_id)
            t.journal("workflow.words_used", step.workflow_id, step=step_id)
            return True

    def remove_step(self, step_id: int) -> None:
        """Remove a step with its words; what went out for it stays. Raises `NotFound`."""
        from store import workflow_rows, workflow_steps

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            step = workflow_rows.load_step(t, step_id)
            workflow_rows.begin_change(t, step.workflow_id)
            workflow_steps.remove_step(t, step)
            t.journal("workflow.step_removed", step.workflow_id, step=step_id)

    def move_step(self, step_id: int, by: int) -> None:
        """Show a step earlier (below 0) or later in its workflow, at most first or last; raises `NotFound`."""
        from store import workflow_rows, workflow_steps

        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            step = workflow_rows.load_step(t, step_id)
            workflow = workflow_rows.begin_change(t, step.workflow_id)
            if workflow_steps.move_step(t, workflow, step_id, by):
                t.journal("workflow.step_moved", workflow.id, step=step_id)

    def attach(self, workflow_id: int, place: Place) -> tuple[Step, ...]:
        """Attach a workflow to a place from now on and return those of its steps that do nothing there.

        At a distribution that it was to leave alone, it is not exempt any more. Raises `NotFound`, and
        `Invalid("place", …, "nothing")` where none of its steps can do anything ("over", "cancelled", "after": as
        `Idle`, where that is why of all; "no_steps": it has none).
        """
        from store import home, workflow_places, workflow_rows

        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            workflow = workflow_rows.load_workflow(t, workflow_id)
            idle = workflow_places.attach(t, self._store.clock, workflow, place)
            home.settle_in(t)  # it goes out by itself: from a copy that is made from now on, it must not
            return tuple(step for step in workflow.steps if step.id in idle)

    def detach(self, workflow_id: int, place: Place) -> None:
        """Attach a workflow to a place no more; raises `NotFound`, also where it is not attached there."""
        from store import workflow_places, workflow_rows

        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            workflow_places.detach(t, self._store.clock, workflow_rows.load_workflow(t, workflow_id), place)

    def exempt(self, workflow_id: int, distribution_id: int, exempted: bool) -> None:
        """Let a workflow leave one distribution alone, whatever it is attached to, or no more. Raises `NotFound`."""
        from store import workflow_places, workflow_rows

        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            workflow = workflow_rows.load_workflow(t, workflow_id)
            workflow_places.exempt(t, self._store.clock, workflow, distribution_id, exempted)

    def idle(self, workflow_id: int, place: Place) -> Mapping[int, Idle]:
        """The ids of the steps that would do nothing at a place, and why; raises `NotFound`."""
        from store import workflow_places, workflow_rows

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            workflow = workflow_rows.load_workflow(t, workflow_id)
            return workflow_places.idle_steps(t, self._store.clock, workflow.steps, place)

    def at_place(self, place: Place) -> tuple[Attached, ...]:
        """Every workflow as it stands at a place, those that are attached there first, then by title. `NotFound`."""
        from store import workflow_places

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return workflow_places.at_place(t, self._store.clock, place)
