"""What becomes of rows that may be somebody who is known: asked, answered, and never an opt-out undone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from store import Store, preferences
from store.addresses import address_hash
from store.erasing import erase
from store.errors import NotFound
from store.exchange.members import import_members
from store.exchange.report import NEW, Answers, ImportReport
from store.exchange.tables import ImportFile
from store.members import EmailState, Member, Person
from store.merging import merge
from tests.store.exchange.group_file import counts, dump, everything, only

HEADER = "first_name;last_name;email;phone\n"


def take(store: Store, rows: str, answers: dict[int, int] | None = None, **options: object) -> ImportReport:
    said: Answers = {("member", str(line)): answer for line, answer in (answers or {}).items()}
    return import_members(store, ImportFile(Path("m.csv"), (HEADER + rows).encode()), answers=said, **options)


@pytest.fixture
def odette(store: Store) -> int:
    return store.members.add(Member((Person("Odette", "Maréchal", phone="02 40 11 22 33"),), notes="sonner fort"))


def test_a_question_names_the_row_and_whom_it_may_be(store: Store, odette: int):
    report = take(store, "Odette;Marchand;;02 40 11 22 33\n")
    (question,) = report.questions
    assert (question.kind, question.key, question.text) == ("member", "2", "Marchand Odette")
    assert (question.reason, question.candidates, question.lines) == ("phone", ((odette, "Maréchal Odette"),), (2,))
    assert report.details[0].question == "2"


def test_she_is_the_one(store: Store, odette: int):
    row = "Odette;Maréchal;odette@exemple.fr;02 40 11 22 33\n"
    assert counts(take(store, row)) == (0, 0, 0, 1, 0)
    report = take(store, row, {2: odette})
    assert (counts(report), report.questions) == ((0, 1, 0, 0, 0), [])
    assert [(c.field, c.before, c.after) for c in report.details[0].changes] == [("email", "", "odette@exemple.fr")]
    assert only(store, "Odette").people[0].email == "odette@exemple.fr"
    before = dump(store)
    assert counts(take(store, row)) == (0, 0, 1, 0, 0)
    assert dump(store) == before


def test_she_is_another(store: Store, odette: int):
    row = "Odette;Maréchal;odette@exemple.fr;\n"
    assert counts(take(store, row, {2: NEW})) == (1, 0, 0, 0, 0)
    assert len(everything(store)) == 2
    assert counts(take(store, row)) == (0, 0, 1, 0, 0)


def test_he_lives_with_her(store: Store):
    rows = "Marie;Durand;durand@exemple.fr;\nPaul;Durand;durand@exemple.fr;\n"
    assert counts(take(store, rows)) == (1, 0, 0, 1, 0)
    marie = only(store, "Marie")
    assert counts(take(store, rows, {3: marie.id})) == (0, 1, 1, 0, 0)
    assert only(store, "Marie").name == "Durand Marie & Paul"
    assert counts(take(store, rows)) == (0, 0, 2, 0, 0)


def test_a_third_one_has_no_place(store: Store):
    store.members.add(Member((Person("Marie", "Durand", "durand@exemple.fr"), Person("Paul", "Durand"))))
    row = "Léa;Durand;durand@exemple.fr;\n"
    assert counts(take(store, row, {2: only(store, "Marie").id})) == (0, 0, 0, 1, 0)
    assert only(store, "Marie").name == "Durand Marie & Paul"


def test_the_later_row_counts_when_somebody_says_so(store: Store):
    rows = "Anne;Durand;a@exemple.fr;0639980001\nAnne;Durand;a@exemple.fr;0639980002\n"
    take(store, rows)
    anne = only(store, "Anne")
    report = take(store, rows)
    assert [(row.line, row.reason, row.value) for row in report.details] == [(3, "line", "2")]
    assert counts(take(store, rows, {3: anne.id})) == (0, 1, 1, 0, 0)
    assert only(store, "Anne").people[0].phone == "0639980002"
    before, report = dump(store), take(store, rows)
    assert [(row.line, row.reason, row.value) for row in report.details] == [(2, "line", "3")]
    assert (counts(report), dump(store)) == ((0, 0, 1, 1, 0), before)


def test_who_was_taken_out_comes_back_when_somebody_says_so(store: Store):
    row = "Anne;Durand;a@exemple.fr;0639980001\n"
    take(store, row)
    anne = only(store, "Anne").id
    store.members.archive(anne)
    assert counts(take(store, row)) == (0, 0, 0, 1, 0)
    assert counts(take(store, row, {2: anne})) == (0, 1, 0, 0, 0)
    assert only(store, "Anne").id == anne
    assert counts(take(store, row)) == (0, 0, 1, 0, 0)


def test_a_row_may_be_one_that_the_file_itself_adds(store: Store):
    rows = "Marie;Durand;durand@exemple.fr;\nPaul;Durand;durand@exemple.fr;\n"
    dry = take(store, rows, dry_run=True)
    ((marie, _name),) = dry.questions[0].candidates
    assert marie < 0
    assert counts(take(store, rows, {3: marie})) == (1, 1, 0, 0, 0)
    assert only(store, "Marie").name == "Durand Marie & Paul"


@pytest.mark.parametrize("answer", [99, -7])
def test_an_answer_that_names_nobody_stores_nothing(store: Store, odette: int, answer: int):
    before = dump(store)
    with pytest.raises(NotFound):
        take(store, "Luc;Aubert;;\nOdette;Maréchal;x@exemple.fr;\n", {3: answer})
    assert dump(store) == before


def test_notes_are_added_to_those_that_are_there(store: Store, odette: int):
    file = ImportFile(Path("m.csv"), b"first_name;last_name;phone;notes\nOdette;;0240112233;Sonner fort\n")
    assert counts(import_members(store, file, answers={("member", "2"): odette}))[3] == 0
    more = ImportFile(Path("m.csv"), file.content.replace(b"Sonner fort", b"le soir"))
    import_members(store, more, answers={("member", "2"): odette})
    assert only(store, "Odette").notes == "sonner fort\nle soir"


def test_words_that_say_there_is_no_e_mail_are_taken_where_nothing_is_known(store: Store, odette: int):
    take(store, "Odette;Maréchal;pas de mail;02 40 11 22 33\n", {2: odette})
    assert only(store, "Odette").people[0].email_state is EmailState.NONE


def test_a_better_written_name_stays(store: Store):
    take(store, "Hélène;Guérin;helene@exemple.fr;\n")
    assert counts(take(store, "HéLèNE;GUéRIN;HELENE@exemple.fr;\n")) == (0, 0, 1, 0, 0)
    assert only(store, "Guérin").people[0].last_name == "Guérin"


def test_no_import_undoes_a_refusal(store: Store):
    row = "Anne;Durand;anne@exemple.fr;0639980001\n"
    take(store, row)
    anne = only(store, "Anne")
    store.members.set_preference(anne.people[0].id, "email", "targeted", False, "phone")
    with store.writing() as t:
        preferences.suppress(t, "anne@exemple.fr", "all", "stop")
    take(store, "Anne;Durand;new@exemple.fr;0639980001\n", {2: anne.id})
    take(store, row, {2: anne.id})
    assert [p.allowed for p in store.members.preferences(anne.people[0].id)] == [False]
    store.members.archive(anne.id)
    take(store, row, {2: NEW})  # somebody who is added anew with an address that said no
    with store.reading() as t:
        kinds = t.all("SELECT kind FROM suppressions WHERE address_hash = ?", (address_hash("anne@exemple.fr"),))
    assert ("all",) in [tuple(kind) for kind in kinds]


def test_a_bounced_address_is_not_good_again_because_a_file_has_it(store: Store):
    row = "Anne;Durand;anne@exemple.fr;\n"
    take(store, row)
    anne = only(store, "Anne")
    store.members.save(replace(anne, people=(replace(anne.people[0], email_state=EmailState.BOUNCED),)))
    assert counts(take(store, row)) == (0, 0, 1, 0, 0)
    assert only(store, "Anne").people[0].email_state is EmailState.BOUNCED


def test_progress_is_told_a_hundred_times_at_most(store: Store):
    told: list[tuple[int, int]] = []
    rows = "".join(f"A;B{n};m{n}@exemple.fr;\n" for n in range(700))
    take(store, rows, progress=lambda done, total: told.append((done, total)))
    assert 20 < len(told) <= 100
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_who_was_erased_comes_back_with_the_refusal(store: Store):
    row = "Anne;Durand;anne@exemple.fr;0639980001\n"
    take(store, row)
    anne = only(store, "Anne")
    store.members.set_preference(anne.people[0].id, "email", "targeted", False, "phone")
    erase(store, anne.id)
    assert counts(take(store, row)) == (1, 0, 0, 0, 0)
    assert only(store, "Anne").id != anne.id
    with store.reading() as t:
        kinds = t.all("SELECT kind FROM suppressions WHERE address_hash = ?", (address_hash("anne@exemple.fr"),))
    assert [tuple(kind) for kind in kinds] == [("targeted",)]


def test_who_was_merged_is_the_one_that_was_kept(store: Store):
    rows = "Anne;Durand;anne@exemple.fr;0639980001\nAnne;Durand-Petit;petit@exemple.fr;\n"
    take(store, rows)
    kept, gone = (only(store, address).id for address in ("anne@exemple.fr", "petit@exemple.fr"))
    merge(store, kept, gone)
    before = dump(store)
    assert counts(take(store, rows)) == (0, 0, 2, 0, 0)
    assert dump(store) == before
    report = take(store, "Anne;Durand-Petit;petit@exemple.fr;0639980002\n")
    assert [(row.reason, row.candidates) for row in report.details] == [("email", ((kept, "Durand Anne"),))]
    report = take(store, "Anne;Durand-Petit;petit@exemple.fr;0639980002\n", {2: gone})  # answered before the merge
    assert (counts(report), only(store, "petit@exemple.fr").id) == ((0, 1, 0, 0, 0), kept)
