"""The workflows of a year: all that come with cabas and some of one's own, attached here and there, and changed.

Each step's words end with a line of fields between "Fiche" and "fin.", by which a test knows what a mail is and says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from mail.automatic import send_now
from mail.lock import at_home
from mail.workflow_templates import named, use
from store.errors import Invalid
from store.workflow_records import Audience, NewStep, Place, Scope, Step, Timing, Trigger
from tests.real.plain_times import Due
from tests.real.year_acts import Acts
from tests.real.year_facts import Flow, PlainStep, local

FIELDS = {
    "registration": ("first_name",),
    "promotion_starts": ("promotion.what", "promotion.until", "first_name"),
    "promotion_ends": ("promotion.what", "promotion.until", "first_name"),
    "recap": ("distribution.day", "distribution.from", "distribution.place"),
}
OF_A_DAY = ("distribution.day", "distribution.from", "distribution.place", "closes()", "first_name")
FICHE = re.compile(r"Fiche (\S+?)((?: ; .*?)?) ; fin\.")
AT_NIGHT = "02:30"
BY_HAND = ("opens", "closes", "distribution", "promotion_starts", "registration", "recap")

OWN = (
    NewStep(Trigger.CHANGED, subject="AMAP : commande changée"),
    NewStep(Trigger.ADDED, Timing.AFTER, 1, "10:00", subject="AMAP : panier commencé"),
    NewStep(Trigger.DISTRIBUTION, Timing.AFTER, 1, "10:00", Audience.ORDERED, subject="AMAP : merci"),
    NewStep(Trigger.DISTRIBUTION, subject="AMAP : c'est l'heure"),
    NewStep(Trigger.CLOSES, Timing.BEFORE, 0, "21:00", subject="AMAP : trop tard, toujours"),
    NewStep(Trigger.OPENS, Timing.BEFORE, 1, AT_NIGHT, subject="AMAP : bientôt"),
    NewStep(Trigger.CLOSES, Timing.AT_ONCE, audience=Audience.ORDERED, subject="AMAP : c'est clos"),
)


class Flows:
    """The workflows, beside everything else that happens."""

    def __init__(self, acts: Acts) -> None:
        self._acts = acts
        self._tags = 0

    def begin(self) -> None:
        """Make them all, and attach each somewhere."""
        catalogues = [*self._acts.diary.producers]
        everywhere = Place(Scope.DISTRIBUTIONS)
        first, second, third = (Place(Scope.CATALOGUE, catalogue_id=one) for one in catalogues[:3])
        for name, *places in (
            ("opening", everywhere),
            ("last_call", everywhere, third),
            ("pickup", everywhere),
            ("welcome", Place(Scope.GROUP)),
            ("first_order", everywhere),
            ("basket", everywhere, first),
            ("promotion", Place(Scope.GROUP), second),
            ("recap", first, second, third),
        ):
            template = next(one for one in _names() if one.endswith(name))
            self._made(use(self._acts.store, named("fr", template)), *places)
        again = self._acts.store.workflows.duplicate(1 + min(self._acts.diary.flows), "Dernier rappel, moulin")
        self._made(again, third)
        self._made(self._acts.store.workflows.new("Les nôtres", [replace(one, text="Bonjour") for one in OWN]))

    def _made(self, workflow_id: int, *places: Place) -> None:
        """Keep a workflow in the diary, with the line of fields in its words, and attach it."""
        found = self._acts.store.workflows.get(workflow_id)
        flow = Flow(workflow_id, found.title, [self._words(step) for step in found.steps])
        self._acts.diary.flows[workflow_id] = flow
        for place in places:
            self._attach(flow, place)

    def _words(self, step: Step, *, used: bool = True) -> PlainStep:
        """Write a step's words with the line of fields; not `used`: half typed, and left."""
        store = self._acts.store
        self._tags += 1
        tag = f"{'R' if step.trigger == 'recap' else 'S'}{self._tags}"
        message = store.messages.get(step.message_id)
        text = message.text.partition("\n\nFiche ")[0]
        fields = " ; ".join(f"{{{{ {name} }}}}" for name in FIELDS.get(step.trigger, OF_A_DAY))
        saved = store.messages.save(replace(message, text=f"{text}\n\nFiche {tag} ; {fields} ; fin.\n"), finished=False)
        if used:
            store.workflows.use_words(step.id, saved.version)
        assert step.since is not None
        return PlainStep(
            step.id, step.position, tag, step.trigger, step.timing, step.days, step.hour,
            "first" if step.audience is Audience.SEGMENT else step.audience, step.since,
            re.search(r"\{\{[^}]*\b(order|basket)\.", text) is not None,
        )  # fmt: skip

    def _attach(self, flow: Flow, place: Place) -> None:
        self._acts.store.workflows.attach(flow.id, place)
        scope = place.scope, place.distribution_id or place.catalogue_id or 0
        flow.places.setdefault(scope, self._acts.now)
        flow.exempt.discard(place.distribution_id or 0)

    def planned(self, day: int, *, always: bool = False) -> None:
        """A distribution was planned: what is attached to single ones is attached to some."""
        own = max(self._acts.diary.flows.values(), key=lambda flow: flow.id)
        if always or self._acts.random.random() < 0.5:
            self._attach(own, Place(Scope.DISTRIBUTION, distribution_id=day))
            self._acts.diary.written += 1

    def something(self) -> None:
        """One of the things that are done with workflows."""
        acts: tuple[Callable[[], bool], ...] = (
            self.exempt, self.pause, self.detach, self.reword, self.reword, self.leave_words, self.other_moment,
            self.skip, self.skip, self.bring_back, self.bring_back, self.bring_back, self.send, self.send,
        )  # fmt: skip
        act = self._acts.random.choice(acts)
        if act():
            self._acts.done[act.__name__] += 1
            self._acts.diary.written += 1

    def resume(self) -> None:
        """What is paused goes on."""
        if any(flow.paused for flow in self._acts.diary.flows.values()):
            self.pause()
            self._acts.diary.written += 1

    def _flow(self) -> Flow:
        return self._acts.random.choice([*self._acts.diary.flows.values()])

    def exempt(self) -> bool:
        """A workflow leaves a distribution alone, or no more."""
        flow, days = self._flow(), [day.id for day in self._acts._coming()]
        if not days:
            return False
        day = self._acts.random.choice(days)
        exempted = day not in flow.exempt
        self._acts.store.workflows.exempt(flow.id, day, exempted)
        if exempted:
            flow.exempt.add(day)
            flow.places.pop(("distribution", day), None)
            self._acts.reading.stop_detached(flow.id, local(self._acts.now).date(), "exempt")
        else:
            flow.exempt.discard(day)
        return True

    def pause(self) -> bool:
        """A workflow is paused; one that is, is resumed."""
        paused = [flow for flow in self._acts.diary.flows.values() if flow.paused]
        flow = paused[0] if paused else self._flow()
        flow.paused = not flow.paused
        self._acts.store.workflows.pause(flow.id, flow.paused)
        if not flow.paused:
            for step in flow.steps:
                step.since = self._acts.now
        else:
            self._acts.reading.stop(lambda one: one.flow.id == flow.id, "paused")
        return True

    def detach(self) -> bool:
        """A workflow is attached to a catalogue no more, or again."""
        catalogue = self._acts.random.choice([*self._acts.diary.producers])
        flow, place = self._flow(), Place(Scope.CATALOGUE, catalogue_id=catalogue)
        if all(step.trigger == "registration" for step in flow.steps):
            return False
        if ("catalogue", catalogue) in flow.places:
            self._acts.store.workflows.detach(flow.id, place)
            del flow.places["catalogue", catalogue]
            self._acts.reading.stop_detached(flow.id, local(self._acts.now).date(), "detached")
        elif self._acts.random.random() < 0.3:
            self._attach(flow, place)
        return True

    def reword(self) -> bool:
        """Other words: what is frozen keeps the old ones."""
        flow = self._flow()
        step = self._acts.random.choice(flow.steps)
        step.tag = self._words(self._acts.store.workflows.step(step.id)).tag
        return True

    def leave_words(self) -> bool:
        """Somebody types other words and leaves them: those before go on going out."""
        step = self._acts.random.choice(self._flow().steps)
        self._words(self._acts.store.workflows.step(step.id), used=False)
        return True

    def other_moment(self) -> bool:
        """Another hour: what was due before now does not go any more."""
        flow = self._flow()
        step = self._acts.random.choice(flow.steps)
        if step.timing == "at_once" or step.hour == AT_NIGHT:
            return False
        hours = [hour for hour in ("08:30", "11:00", "18:00", "19:30") if hour != step.hour]
        hour = self._acts.random.choice(hours)
        workflows = self._acts.store.workflows
        workflows.save_step(replace(workflows.step(step.id), hour=hour))
        step.hour, step.since = hour, self._acts.now
        return True

    def _to_come(self, *states: str, days: int = 9) -> Due | None:
        reading, now = self._acts.reading, self._acts.now
        found = []
        for one in reading.planned(now):
            row = reading.rows.get(one.key)
            soon = now < one.due < now + timedelta(days=days) or (row is not None and row.state == "missed")
            if (row.state if row else "") in states and soon and not one.older:
                found.append(one)
        return self._acts.random.choice(found) if found else None

    def skip(self) -> bool:
        """One time of a step is left out."""
        one = self._to_come("", "withdrawn")
        if one is not None:
            self._acts.store.occurrences.skip(*one.key)
            self._acts.reading.write(one, "skipped")
        return one is not None

    def bring_back(self) -> bool:
        """What was left out goes after all."""
        one = self._to_come("skipped")
        if one is not None:
            self._acts.store.occurrences.unskip(*one.key)
            self._acts.reading.bring_back(one)
        return one is not None

    def send(self) -> bool:
        """Somebody sends something before its moment, or although it was missed."""
        one = self._to_come("", "withdrawn", "missed", days=2)
        if one is None or one.step.trigger not in BY_HAND:
            return False
        if not at_home(self._acts.store):
            with pytest.raises(Invalid, match="copied"):
                send_now(self._acts.store, *one.key)
            return False
        went = send_now(self._acts.store, *one.key)
        assert went.error is None, (one, went.error)
        missed = one.key in self._acts.reading.rows and self._acts.reading.rows[one.key].state == "missed"
        self._acts.done["sent although missed"] += missed
        self._acts.reading.go(one, self._acts.now)
        return True


def _names() -> list[str]:
    from mail.workflow_templates import templates

    return [template.name for template in templates("fr")]
