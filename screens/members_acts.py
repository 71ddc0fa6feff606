"""What is done to the marked members together, or to the one under the cursor; the last of it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from store.folding import fold
from store.rules import make
from store.segments import NOBODY, Segment, Verb
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from screens.members import MembersScreen
    from store.members import Expected, MemberRow

EVERYBODY = 10_000_000
"""More members than any group has: no limit."""
NAMED = 3
"""How many names a sentence says."""


@dataclass(frozen=True)
class Done:
    """What was done, in words, and how to take it back; with the marks that went with it."""

    said: str
    undo: Callable[[], object]
    marks: Mapping[int, str] = field(default_factory=dict)


def by_hand(ids: Iterable[int]) -> Segment:
    """Exactly these members."""
    return NOBODY.then(Verb.ADD, make("member", ids=tuple(ids)))


def tags_in(text: str, known: Iterable[str]) -> list[tuple[str, bool]]:
    """What was typed as tags to give (`x` or `+x`) and to take away (`-x`); one that is known keeps its spelling."""
    spelling = {fold(tag): tag for tag in known}
    asked: dict[str, bool] = {}
    for part in text.split(","):
        tag = " ".join(part.strip().lstrip("+-").split())
        if tag:
            asked[spelling.get(fold(tag), tag)] = not part.strip().startswith("-")
    return list(asked.items())


class Acts:
    """Carries out the keys that act on several members; the screen shows what came of it."""

    def __init__(self, screen: MembersScreen) -> None:
        self._screen = screen
        self._done: list[Done] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._done)

    # -- star and tag

    def star(self, who: Mapping[int, str]) -> None:
        """Give the star to all of them; if all have it, take it away."""
        members = self._screen.store.members

        def work() -> Done:
            rows = self._present(who)
            on = not all(row.vip for row in rows)
            changed = [row.id for row in rows if row.vip != on]
            members.star_many(changed, on)
            one, many = _("{name} has the star."), _("{n} members have the star.")
            if not on:
                one, many = _("{name} has no star any more."), _("{n} members have no star any more.")
            return Done(_said(one, many, rows), lambda: members.star_many(changed, not on))

        self._carry_out(work)

    def tag(self, who: Mapping[int, str], tags: Sequence[tuple[str, bool]], again: Callable[[], None]) -> None:
        """Give and take away tags; where that fails, `again` asks for them as they were typed."""
        members = self._screen.store.members

        def work() -> Done:
            rows = self._present(who)
            changes: list[tuple[list[int], str, bool]] = []
            for tag, on in tags:
                changed = [row.id for row in rows if (fold(tag) in map(fold, row.tags)) != on]
                if changed:
                    members.tag_many(changed, tag, on)
                    changes.append((changed, tag, on))

            def undo() -> None:
                for changed, tag, on in reversed(changes):
                    members.tag_many(changed, tag, not on)

            return Done(" ".join(_tagged(rows, tag, on) for tag, on in tags), undo)

        self._carry_out(work, again=again)

    # -- archive

    def archive(self, who: Mapping[int, str]) -> None:
        """Take them out of the lists; asks once where an order is coming, or where they are several."""
        screen = self._screen

        def known(expected: tuple[Expected, ...]) -> None:
            if len(who) == 1 and not expected:
                self._archive(who)
            else:
                question, warning = archive_question(len(who), expected)
                screen.ask_for(question, lambda _text: self._archive(who), note=warning)

        screen.wait_for(lambda: screen.store.members.expected(list(who)), known)

    def _archive(self, who: Mapping[int, str]) -> None:
        members = self._screen.store.members

        def work() -> Done:
            rows = self._present(who)
            ids = [row.id for row in rows]
            members.archive_many(ids, True)
            said = _said(_("{name} is archived."), _("{n} members are archived."), rows)
            return Done(said, lambda: members.archive_many(ids, False))

        self._carry_out(work, unmarked=who)

    def bring_back(self, who: Mapping[int, str]) -> None:
        """Put archived members back into the lists."""
        members = self._screen.store.members

        def work() -> Done:
            rows = [row for row in members.search("", limit=EVERYBODY, archived=True).rows if row.id in who]
            ids = [row.id for row in rows]
            members.archive_many(ids, False)
            said = _said(_("{name} is a member again."), _("{n} members are back."), rows)
            return Done(said, lambda: members.archive_many(ids, True))

        self._carry_out(work, unmarked=who)

    # -- taking back

    def undo(self) -> None:
        """Take the last thing back; once more, the one before."""
        last = self._done.pop()

        def done(_result: object) -> None:
            self._screen.say(_("Taken back: {what}").format(what=last.said))
            self._screen.mark_again(last.marks)
            self._screen.refresh_list()

        def failed(error: BaseException) -> None:
            self._done.append(last)
            self._screen.show_error(error)

        self._screen.write(last.undo, done, failed)

    def note(self, done: Done) -> None:
        """Something was done that can be taken back."""
        self._done.append(done)
        self._screen.say(f"{done.said} {_('z takes it back.')}")

    # -- the way to the store

    def _present(self, who: Iterable[int]) -> tuple[MemberRow, ...]:
        """Those who are still there: a colleague may have archived or merged one since it was marked."""
        return self._screen.store.members.search("", limit=EVERYBODY, segment=by_hand(who)).rows

    def _carry_out(
        self,
        work: Callable[[], Done],
        unmarked: Mapping[int, str] | None = None,
        again: Callable[[], None] | None = None,
    ) -> None:
        """Do it, and say so; `unmarked` lose their marks with it. Where it fails, all stays as it was."""
        screen = self._screen

        def done(result: Done) -> None:
            self.note(replace(result, marks=screen.unmark(unmarked)) if unmarked else result)
            screen.refresh_list()

        def failed(error: BaseException) -> None:
            if again is not None:
                again()
            screen.show_error(error)

        screen.write(work, done, failed)


def archive_question(members: int, expected: Sequence[Expected]) -> tuple[str, str]:
    """What to ask before so many are archived, and who of them has an order coming."""
    if members == 1:
        one = expected[0]
        return _("Archive {name} all the same?").format(name=one.name), _(
            "! {name} has an order for {day}: it stays, and is to be collected."
        ).format(name=one.name, day=dates.day(one.day))
    question = ngettext("Archive {n} member?", "Archive {n} members?", members).format(n=members)
    names = list(dict.fromkeys(one.name for one in expected))
    if not names:
        return question, ""
    named = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    coming = ngettext("! {n} has an order coming: {names}.", "! {n} have an order coming: {names}.", len(names))
    return question, coming.format(n=len(names), names=named)


def tag_question(names: Sequence[str]) -> str:
    """What to ask before tags are given or taken away."""
    if len(names) == 1:
        return _("Tag for {name} (-tag takes it away):").format(name=names[0])
    return ngettext(
        "Tag for {n} member (-tag takes it away):", "Tag for {n} members (-tag takes it away):", len(names)
    ).format(n=len(names))


def _tagged(rows: Sequence[MemberRow], tag: str, on: bool) -> str:
    if on:
        return _said(_("{name} has the tag “{tag}”."), _("{n} members have the tag “{tag}”."), rows, tag=tag)
    one, many = _("{name} has the tag “{tag}” no more."), _("{n} members have the tag “{tag}” no more.")
    return _said(one, many, rows, tag=tag)


def _said(one: str, many: str, rows: Sequence[MemberRow], **more: str) -> str:
    if not rows:
        return _("None of them is in the list any more: nothing was changed.")
    if len(rows) == 1:
        return one.format(name=rows[0].name, **more)
    return many.format(n=len(rows), **more)
