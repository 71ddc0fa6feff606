"""What becomes of each row of a file of members, decided one after the other and written all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from store.errors import NotFound
from store.exchange.columns import BadRow
from store.exchange.match import SHOWN, Match
from store.exchange.members.changes import has_room, merged
from store.exchange.members.formats import OWN, MemberFormat
from store.exchange.members.matching import Directory, MergedAway
from store.exchange.members.own_refusals import OwnRefusals
from store.exchange.members.reading import IncomingMember
from store.exchange.report import NEW, Answers, FieldChange, ImportedRow, ImportReport, Question
from store.household import checked, group_country, insert_members, load_members, update_member
from store.member_resolving import kept
from store.people import EmailState, Member
from store.transaction import Transaction

_ASKED = ("account", "archived")
"""Why a row is asked about also where all that it says is known."""

_NAMED_ONLY = 10_000_000
"""Under which number of a line members go that a row only names."""


_Open = tuple[IncomingMember, Match, str]


class MemberPlan:
    """Compares the rows with the group; `carry_out` writes what came of it."""

    def __init__(self, t: Transaction, known: MemberFormat, ignored: tuple[str, ...], answers: Answers) -> None:
        self._t = t
        self._exact = known is OWN
        self._joining = "household" in known.columns.values()
        self._source = known.source
        self._members = load_members(t)
        self._directory = Directory(t, known.source, self._members, own=self._exact)
        self._away = MergedAway(t, self._members)
        self._refusals = OwnRefusals(t) if self._exact else None
        self._answers = answers
        self._changed: dict[int, None] = {}
        self._merged: set[int] = set()
        self._lines: dict[int, int] = {}
        self._households: dict[str, int] = {}
        self._attached: list[tuple[str, int]] = []
        self._open: list[_Open] = []
        self._back: list[int] = []
        self._answered: set[int] = set()
        self._made_up: set[str] = set()
        self.report = ImportReport("members", known.name, ignored)

    def leave_out(self, rows: Sequence[BadRow]) -> None:
        """List the rows that cannot be read."""
        for row in rows:
            self.report.tell(ImportedRow(row.line, "bad", reason=row.reason, value=row.value))

    def settle(self, row: IncomingMember) -> bool:
        """Whether a row says only what the group knows already, so that nothing is to be decided.

        All rows are asked before the first one is taken: what the file confirms must not be changed by another row of
        it, as two rows that contradict each other would undo each other at every import.
        """
        self._made_up.update(p.email for p in row.member.people if p.email_state is EmailState.PLACEHOLDER)
        self.report.placeholders = len(self._made_up)
        if row.damaged:
            self.report.damaged.append((row.line, row.damaged))
        return bool(self._directory) and not row.own and self._is_known(row)

    def take(self, row: IncomingMember) -> None:
        """Decide what becomes of a row that is not settled."""
        match = self._match(row)
        if match.id is not None and self._joining and not has_room(self._member(match.id), row.member):
            self._candidate(row, Match(None, (match.id,), "id"))
        elif match.id is not None:
            self._merge(row, match.id, joining=self._joining)
        elif match.candidates:
            self._candidate(row, match)
        else:
            self._add(row)
        for place, other in enumerate(row.others, 1):
            self._name(row.line, other, place)

    def _match(self, row: IncomingMember) -> Match:
        match = self._directory.match(row.member, row.external_id)
        if self._away and (before := self._of_merged_away(row, match)):
            return before
        if match.id is None and row.household and match.reason not in ("id", "archived"):
            return self._of_household(row) or match
        return match

    def _of_merged_away(self, row: IncomingMember, match: Match) -> Match | None:
        """A row that tells of a member who was merged into another is that other one's, if a person says so again."""
        gone = self._away.with_address(row.member)
        if gone and not self._directory.has_address(row.member):
            return Match(None, self._away.kept(gone), "email")
        gone = self._away.like(row.member) if match == Match() else []
        return Match(None, self._away.kept(gone), "name") if gone else None

    def _is_known(self, row: IncomingMember) -> bool:
        match = self._match(row)
        told = [i for i in self._away.like(row.member) if not self._changes(i, row)] if self._away else []
        if told:
            there = list(self._away.kept(told))
        elif match.id is not None:
            there = [match.id] if not self._changes(match.id, row) else []
        else:
            there = self._already(row, match) if match.candidates and match.reason not in _ASKED else []
        if not there:
            return False
        for other in row.others:
            if not any(self._directory.named(person) for person in other.people):
                return False
        if len(there) == 1:
            self._attach(row, there[0])
        for member_id in there:
            self._lines.setdefault(member_id, row.line)
        self.report.same += 1
        return True

    def _changes(self, member_id: int, row: IncomingMember) -> bool:
        known = self._member(member_id)
        return bool(merged(known, row.member, joining=self._joining, exact=self._exact)[1])

    def _of_household(self, row: IncomingMember) -> Match | None:
        """The member that an earlier row of the same household became, where it has a place for one more."""
        member_id = self._households.get(row.household)
        if member_id is None:
            return None
        return Match(member_id) if has_room(self._member(member_id), row.member) else Match()

    def _add(self, row: IncomingMember) -> None:
        self._put_new(-row.line, row.member, row.line, row.damaged)
        self._attach(row, -row.line)
        if self._refusals is not None and row.own is not None:
            self._refusals.of_member(-row.line, row.member, row.own)

    def _put_new(self, member_id: int, member: Member, line: int, damaged: str) -> None:
        self._members[member_id] = member
        self._changed[member_id] = None
        self._lines[member_id] = line
        self._directory.add(member_id, member, "")
        self._tell(line, "new", member.name, (), damaged)

    def _name(self, line: int, member: Member, place: int) -> None:
        """Add a member that a row only names, unless somebody has that name."""
        if not any(self._directory.named(person) for person in member.people):
            self._put_new(-line - place * _NAMED_ONLY, member, line, "")

    def _merge(self, row: IncomingMember, member_id: int, *, joining: bool = False, answered: bool = False) -> None:
        known = self._member(member_id)
        member, fields, overwrites = merged(known, row.member, joining=joining, exact=self._exact)
        earlier = self._lines.setdefault(member_id, row.line)
        if fields and overwrites and earlier != row.line and (not answered or member_id in self._answered):
            self._contradict(row, member_id, earlier, answered)
            return
        if self._refusals is not None and row.own is not None:
            fields = (*fields, *self._refusals.of_member(member_id, member, row.own))
        if answered:
            self._answered.add(member_id)
            self._lines[member_id] = row.line
        if answered and member.archived and not row.member.archived:
            member = replace(member, archived=False)
            fields = (*fields, FieldChange("archived", "yes", ""))
            self._directory.bring_back(member_id)
            self._back.append(member_id)
        self._attach(row, member_id, answered=answered)
        if not fields:
            self.report.same += 1
            return
        self._members[member_id] = member
        self._changed[member_id] = None
        self._merged.add(member_id)
        self._directory.add(member_id, member, "")
        self._tell(row.line, "changed", member.name, fields, row.damaged)

    def _tell(self, line: int, what: str, name: str, fields: tuple[FieldChange, ...], damaged: str) -> None:
        reason = "phone_damaged" if damaged else ""
        self.report.tell(ImportedRow(line, what, name, fields, reason=reason, value=damaged))

    def _contradict(self, row: IncomingMember, member_id: int, earlier: int, answered: bool) -> None:
        """A row that says otherwise than an earlier one of the same member counts only where a person says so."""
        answer = None if answered else self._answer(row.line)
        self._decide(row, answer, Match(None, (member_id,), "line"), str(earlier))

    def _candidate(self, row: IncomingMember, match: Match) -> None:
        """A row that says nothing that is not known of somebody like it leaves no question."""
        answer = self._answer(row.line)
        there = [] if match.reason in _ASKED and answer is None else self._already(row, match)
        if there and (answer is None or answer == NEW):
            if len(there) == 1:
                self._attach(row, there[0])
            self.report.same += 1
        else:
            self._decide(row, answer, match)

    def _decide(self, row: IncomingMember, answer: int | None, match: Match, value: str = "") -> None:
        """Do what a person answered, with who that member is by now; without an answer that fits, ask."""
        member_id = None if answer is None else kept(self._t, answer)
        if answer == NEW:
            self._add(row)
        elif member_id is not None and has_room(self._member(member_id), row.member):
            self._merge(row, member_id, joining=True, answered=True)
        else:
            self._open.append((row, match, value))

    def _already(self, row: IncomingMember, match: Match) -> list[int]:
        ids = dict.fromkeys((*match.candidates, *self._directory.resembling(row.member)))
        archived = row.member.archived
        return [i for i in ids if (archived or not self._directory.is_archived(i)) and not self._changes(i, row)]

    def _answer(self, line: int) -> int | None:
        return self._answers.get(("member", str(line)))

    def finish(self) -> None:
        """Try what is open again until the other rows have no answer to it, and make questions of what stays.

        What can be done before others have to wait is done here.
        """
        waiting: list[_Open] = []
        while len(waiting) != len(self._open):
            waiting, self._open = self._open, []
            for row, _match, _value in waiting:
                if not self._is_known(row):
                    self.take(row)
        for row, match, value in self._open:
            candidates = tuple((i, self._member(i).name) for i in match.candidates[:SHOWN])
            name, key = row.member.name, str(row.line)
            self.report.tell(
                ImportedRow(
                    row.line, "candidate", name, reason=match.reason, value=value, candidates=candidates, question=key
                )
            )
            self.report.questions.append(Question("member", key, name, match.reason, candidates, (row.line,)))
        self.report.details.sort(key=lambda detail: detail.line)
        self.report.questions.sort(key=lambda question: question.lines)
        country = group_country(self._t)
        for member_id in self._merged:
            self._members[member_id] = checked(self._members[member_id], country)

    def _attach(self, row: IncomingMember, member_id: int, *, answered: bool = False) -> None:
        """Remember the ids that other systems give the member, unless they are somebody else's."""
        if row.household:
            self._households.setdefault(row.household, member_id)
        if self._exact:
            self._directory.attach(member_id, row.external_id)
            return
        external_id = row.external_id if self._source else ""
        if not external_id or self._directory.is_taken(external_id):
            return
        if member_id < 0 or answered or self._joining or not self._directory.has_id(member_id):
            self._directory.attach(member_id, external_id)
            self._attached.append((external_id, member_id))

    def _member(self, member_id: int) -> Member:
        if member_id not in self._members:
            raise NotFound("member", str(member_id))
        return self._members[member_id]

    def carry_out(self, *, remembered: bool) -> None:
        """Write the plan down; where nothing changes, nothing is written. `remembered`: so was the file's mapping."""
        new = [i for i in self._changed if i < 0]
        stored = dict(zip(new, insert_members(self._t, [self._members[i] for i in new]), strict=True))
        self._t.execute_many("UPDATE members SET archived_at = NULL WHERE id = ?", [(i,) for i in self._back])
        for member_id in self._changed:
            if member_id > 0:
                update_member(self._t, self._members[member_id])
        self._t.execute_many(
            "INSERT INTO external_ids (source, external_id, member_id) VALUES (?, ?, ?)",
            [(self._source, external_id, stored.get(i, i)) for external_id, i in self._attached],
        )
        attached = self._refusals is not None and self._refusals.write(stored)
        if self._changed or self._attached or attached or remembered:
            added = list(stored.values())
            whom = {"members": [i for i in self._changed if i > 0], "added": [added[0], added[-1]] if added else []}
            self._t.journal("members.imported", None, **self.report.counts(), **whom)
