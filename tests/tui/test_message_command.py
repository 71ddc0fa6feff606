"""`cabas message`: what scripts rely on, and one sentence for each thing that can be wrong."""

from __future__ import annotations

import io
import json
import os
from contextlib import closing
from pathlib import Path

import pytest

from mail.automatic import send_now
from store import Store
from store.handle import unix_login
from store.people import Member, Person
from store.settings import Group
from store.workflow_records import Trigger
from tests.audience import Audience, fill
from tests.mail.flows import GROUP, at_once
from tui.cli import run

JSON_KEYS = {"ready", "sending", "sent", "failed", "unknown", "held", "bounced"}


@pytest.fixture
def audience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audience:
    """A group's file that the command line finds; the operator has the login of whoever runs the tests."""
    path = tmp_path / "group.cabas"
    store = Store.create(path, Group("AMAP des Oiseaux"), unix_login(), "Marie")
    found = fill(store)
    store.close()
    monkeypatch.setenv("CABAS_FILE", str(path))
    return found


@pytest.fixture
def cabas(audience: Audience, capsys: pytest.CaptureFixture[str]):
    """Run a command and return its exit code, output and words on stderr."""

    def call(*words: str) -> tuple[int, str, str]:
        code = run(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def new(cabas, tmp_path: Path):
    """Write a draft and return its id as text."""

    def write(
        text: str = "Bonjour {{ first_name }}", segment: str = "everyone", subject: str = "Sujet é", *more: str
    ) -> str:
        body = tmp_path / "body.md"
        body.write_text(text, encoding="utf-8")
        code, out, _ = cabas(
            "message", "new", "--segment", segment, "--subject", subject, "--body-file", str(body), "--json", *more
        )
        assert code == 0
        return str(json.loads(out)["id"])

    return write


def test_from_a_draft_to_the_outbox(cabas, new):
    message_id = new("Bonjour", "everyone", "S", "--label", "L", "--from-name", "Bureau", "--reply-to", "b@exemple.fr",
                     "--counts-from", "2026-11-22", "--closes-on", "2026-12-01")  # fmt: skip
    assert cabas("message", "test", message_id, "--to", "moi@exemple.fr")[0] == 0
    code, out, _ = cabas("message", "status", message_id, "--json")
    assert (code, json.loads(out)) == (0, dict.fromkeys(JSON_KEYS, 0))
    code, out, err = cabas("message", "send", message_id, "--yes")
    assert (code, err) == (0, "")
    assert out.startswith("6 mails are in the outbox.")
    assert json.loads(cabas("message", "status", message_id, "--json")[1]) == {
        **dict.fromkeys(JSON_KEYS, 0),
        "ready": 6,
    }
    shown = json.loads(cabas("message", "show", message_id, "--json")[1])
    assert (shown["segment"], shown["reply_to"], shown["counts_from"]) == ("everyone", "b@exemple.fr", "2026-11-22")
    assert len(shown["recipients"]) == 10
    listed = json.loads(cabas("message", "list", "--json")[1])
    assert [(row["title"], row["state"], row["unreachable"]) for row in listed] == [("L", "queued", 3)]


def test_without_yes_somebody_is_told_all_and_has_to_answer(cabas, new, monkeypatch: pytest.MonkeyPatch):
    message_id = new("Bonjour, voici [le produit]")
    code, _, err = cabas("message", "send", message_id, "--not-after", "2099-11-22T18:00")
    assert code == 1
    for said in (
        "Sujet é", "AMAP des Oiseaux <amap@exemple.fr>", "6 mails", "3 members have no e-mail", "1 does not want",
        "Not after      Sun 22 Nov 2099 18:00", "not tested yet", "! to fill in: [le produit]",
        "Send “Sujet é”: 6 mails?",
    ):  # fmt: skip
        assert said in err, err
    dry = json.loads(cabas("message", "send", message_id, "--dry-run", "--json")[1])
    assert (dry["mails"], dry["to_call"], dry["opted_out"], dry["tested"]) == (6, 3, 1, False)
    assert (dry["to_fill_in"], dry["send_at"], dry["files"]) == (["[le produit]"], None, [])
    assert "6 mails" in cabas("message", "send", message_id, "--dry-run")[2]
    assert json.loads(cabas("message", "status", message_id, "--json")[1])["ready"] == 0


@pytest.mark.parametrize(
    ("text", "segment", "sentence"),
    [
        ("{{ nickname }}", "everyone", "There is no field “nickname”"),
        ("{{ order.total }}", "nobody + member(ids=6)", "“order.total” has nothing to say"),
        ("{{ first_name", "everyone", "Line 1: the braces"),
        ("", "everyone", "has no text yet"),
        ("x", "nobody", "nobody is chosen"),
        ("x", "everyone & no_email", "3 without e-mail"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_queued(cabas, new, text: str, segment: str, sentence: str):
    message_id = new(text, segment)
    code, out, err = cabas("message", "send", message_id, "--yes")
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert json.loads(cabas("outbox", "status", "--json")[1])["ready"] == 0


def test_an_error_in_a_field_names_whom_it_was_met_at(cabas, new):
    message_id = new("{{ nickname }}", "nobody + member(ids=6)")
    assert "Chiara Rossi" in cabas("message", "send", message_id, "--yes")[2]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("send", "99", "--yes"), 1, "There is no message “99”."),
        (("test", "99", "--to", "a@exemple.fr"), 1, "There is no message “99”."),
        (("status", "x"), 2, "x"),
        (("new", "--segment", "bogus", "--subject", "S", "--body-file", "-"), 1, "there is no such rule"),
        (("new", "--segment", "everyone", "--subject", "S", "--body-file", "/nowhere/x"), 2, "/nowhere/x"),
    ],
)
def test_what_does_not_exist_is_told(cabas, words: tuple[str, ...], code: int, sentence: str):
    found, _, err = cabas("message", *words)
    assert found == code
    assert sentence in err
    assert "Traceback" not in err


def test_a_text_in_another_encoding_is_told(cabas, tmp_path: Path):
    body = tmp_path / "latin.md"
    body.write_bytes("été".encode("latin-1"))
    code, _, err = cabas("message", "new", "--segment", "everyone", "--subject", "S", "--body-file", str(body))
    assert code == 1
    assert "UTF-8" in err


def test_an_hour_is_kept_with_the_truth_about_who_sends(cabas, new):
    message_id = new()
    code, _out, err = cabas("message", "send", message_id, "--at", "2099-11-22T18:00", "--yes")
    assert code == 0
    assert "Nothing on this machine sends by itself" in err
    assert "kept for" in cabas("message", "list")[1]
    assert cabas("message", "send", message_id, "--at", "2001-01-01T18:00", "--yes")[0] == 1
    assert cabas("message", "cancel", message_id)[0] == 0
    assert cabas("message", "delete", message_id, "--yes")[0] == 0


def test_the_mail_of_a_recipient_can_be_read(cabas, new):
    message_id = new()
    code, out, _ = cabas("message", "preview", message_id)
    assert code == 0
    assert "Mail 1 of 6, 1 look wrong" in out
    assert "Subject: Sujet é" in out
    assert "<!DOCTYPE html>" in cabas("message", "preview", message_id, "--number", "2", "--html")[1]
    assert "List-Unsubscribe" in cabas("message", "preview", message_id, "--number", "2", "--source")[1]
    assert cabas("message", "preview", message_id, "--number", "7")[0] == 1
    assert "\n! " in out
    code, out, _ = cabas("message", "preview", message_id, "--to", "chiara")
    assert (code, "To: Chiara Rossi <chiara@exemple.fr>" in out, "!" in out) == (0, True, False)
    code, _, err = cabas("message", "preview", message_id, "--to", "zoe")
    assert (code, "“zoe” is not among the people" in err) == (1, True)


def test_advice_says_what_to_think_of_and_forbids_nothing(cabas, new):
    first = new("Bonjour", "everyone", "AMAP des Oiseaux")
    assert cabas("message", "advice", first)[1] == "Nothing to say: it can go as it is.\n"
    cabas("message", "send", first, "--yes")
    second = new("Bonjour", "everyone - vip", "x" * 70)
    said = cabas("message", "advice", second)[1]
    assert said.count("\n! ") >= 2
    assert "the subject does not name the group" in said
    found = json.loads(cabas("message", "advice", second, "--json")[1])
    assert {"leave_out"} <= {one["mend"] for one in found}
    assert cabas("message", "send", second, "--yes")[0] == 0


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A PDF and an image, by their paths."""
    plan, image = tmp_path / "plan.pdf", tmp_path / "Été 1.png"
    plan.write_bytes(b"%PDF-1.7\n")
    image.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    return str(plan), str(image)


def test_a_draft_with_files_begins_with_a_starter_and_is_changed_field_by_field(cabas, files, audience: Audience):
    plan, image = files
    code, out, err = cabas("message", "new", "--segment", "nobody + vip", "--starter", "last_call", "--language", "fr",
                           "--attach", plan, "--image", image, "--label", "Appel", "--json")  # fmt: skip
    assert (code, err) == (0, "")
    kept = json.loads(out)
    message_id = str(kept["id"])
    assert kept["files"] == ["plan.pdf", "ete-1.png"]
    assert json.loads(cabas("message", "show", message_id, "--json")[1])["language"] == "fr"
    code, out, _ = cabas("message", "edit", message_id, "--segment", "everyone", "--subject", "Sujet", "--kind",
                         "pickup", "--language", "it", "--service", "Le local a brûlé",
                         "--from", "bureau@exemple.fr", "--send-before", "2099-11-22T18:00",
                         "--counts-from", "2026-11-22", "--closes-on", "2026-12-01",
                         "--distribution", str(audience.offering.next))  # fmt: skip
    assert (code, out) == (0, f"Draft {message_id} is changed.\n")
    shown = json.loads(cabas("message", "show", message_id, "--json")[1])
    assert (shown["subject"], shown["label"], shown["kind"], shown["segment"]) == (
        "Sujet", "Appel", "pickup", "everyone"
    )  # fmt: skip
    assert (shown["service_reason"], shown["from_address"]) == ("Le local a brûlé", "bureau@exemple.fr")
    assert (shown["send_before"], shown["distribution_id"]) == ("2099-11-22T18:00:00", audience.offering.next)
    assert "dernier" not in shown["subject"]
    assert [(file["name"], file["inline"]) for file in shown["files"]] == [("plan.pdf", False), ("ete-1.png", True)]
    assert cabas("message", "edit", message_id, "--send-before", "none", "--distribution", "next")[0] == 0
    shown = json.loads(cabas("message", "show", message_id, "--json")[1])
    assert (shown["send_before"], shown["distribution_id"], shown["counts_from"]) == (None, None, "2026-11-22")
    words = cabas("message", "show", message_id)[1]
    assert "Service message: Le local a brûlé" in words
    assert "Language: Italian" in words
    assert cabas("message", "edit", message_id, "--language", "en")[0] == 0
    assert json.loads(cabas("message", "show", message_id, "--json")[1])["language"] == "", "the group's"
    assert "Files: plan.pdf, ete-1.png" in words
    assert "2 files, 1 KB of 10 MB" in cabas("message", "files", message_id)[1]
    assert "image/png" in cabas("message", "files", message_id, "--json")[1]
    assert cabas("message", "detach", message_id, "plan.pdf")[1] == "1 file, 1 KB of 10 MB\n"
    assert cabas("message", "attach", message_id, plan)[1].startswith("plan.pdf\n2 files")
    copy = json.loads(cabas("message", "duplicate", message_id, "--json")[1])["id"]
    assert len(json.loads(cabas("message", "files", str(copy), "--json")[1])) == 2


def test_what_is_wrong_with_a_draft_is_told_and_nothing_is_kept(cabas, files, new, tmp_path: Path):
    plan, _image = files
    message_id = new()
    for words, code, sentence in (
        (("new", "--segment", "everyone", "--starter", "last_call", "--image", plan), 1, "PNG, JPEG and GIF"),
        (("new", "--segment", "everyone", "--starter", "bogus"), 1, "There is no starter “bogus”."),
        (("new", "--segment", "everyone"), 2, "--starter NAME"),
        (("new", "--starter", "last_call"), 2, "--segment WORDS"),
        (("edit", message_id), 2, "what to change"),
        (("edit", message_id, "--from", "x@exemple.fr"), 1, "may not send as x@exemple.fr"),
        (("edit", message_id, "--service", " "), 1, "needs a reason"),
        (("edit", message_id, "--closes-on", "tomorrow"), 1, "“tomorrow” is no day"),
        (("edit", message_id, "--distribution", "99"), 1, "There is no distribution “99”."),
        (("detach", message_id, "plan.pdf"), 1, "There is no file “plan.pdf”"),
        (("archive", message_id), 1, "drafts can be deleted"),
    ):
        found, _, err = cabas("message", *words)
        assert (found, sentence in err) == (code, True), (words, err)
    assert len(json.loads(cabas("message", "list", "--json")[1])) == 1
    large = tmp_path / "large.bin"
    with large.open("wb") as file:
        file.truncate(10_000_001)
    err = cabas("message", "attach", message_id, plan, str(large))[2]
    assert "“large.bin” is too large: 11 MB. Together the files of a message may have 10 MB: 9.9 MB are left." in err


def test_many_mails_go_only_when_their_number_is_said(cabas, new, monkeypatch: pytest.MonkeyPatch):
    assert cabas("settings", "set", "ask_above", "5")[0] == 0
    assert json.loads(cabas("settings", "list", "--json")[1])["ask_above"] == 5
    for words, sentence in (
        (("ask_above", "-1"), "from 0 to 100000"), (("ask_above", "many"), "from 0 to 100000"),
        (("bogus", "3"), "There is no setting “bogus”."), (("bogus", "x"), "There is no setting “bogus”."),
    ):  # fmt: skip
        code, _, err = cabas("settings", "set", "--", *words)
        assert (code, sentence in err) == (1, True)
    message_id = new()
    for words, sentence in (
        (("--yes",), "It would be 6 mails: --mails 6 means it."),
        (("--mails", "5"), "It would be 6 mails, not 5."),
        ((), "Type the number of mails"),
    ):
        code, _, err = cabas("message", "send", message_id, *words)
        assert (code, sentence in err) == (1, True), err
    for typed, code in (("y", 1), ("5", 1), ("6", 0)):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        assert cabas("message", "send", message_id)[0] == code
    assert json.loads(cabas("message", "status", message_id, "--json")[1])["ready"] == 6


def test_an_hour_says_what_clocks_do_to_it_and_until_when_mails_go(cabas, new, audience: Audience):
    message_id = new("Bonjour", "everyone", "Appel", "--kind", "last_call")
    unfit = new("{{ order.total }}")
    code, _, err = cabas("message", "send", unfit, "--at", "2099-03-29 02:30", "--yes")
    assert (code, "“order.total” has nothing to say" in err) == (1, True)
    code, out, err = cabas("message", "send", message_id, "--at", "2099-03-29 02:30", "--mails", "7")
    assert (code, out) == (0, "Kept for Sun 29 Mar 2099 03:30.\n")
    assert "Sun 29 Mar 2099 02:30: Clocks skip this hour" in err
    code, out, err = cabas("message", "send", message_id, "--at", "2099-10-25 02:30", "--yes", "--not-after",
                         "2099-10-25T12:00")  # fmt: skip
    assert code == 0
    assert "What is not out by Sun 25 Oct 2099 12:00 is held." in out
    assert "this hour twice" in err
    shown = json.loads(cabas("message", "show", message_id, "--json")[1])
    assert (shown["send_at"], shown["send_before"], shown["expected_mails"], shown["scheduled_by"]) == (
        "2099-10-25T02:30:00", "2099-10-25T12:00:00", 7, "Marie"
    )  # fmt: skip
    assert "earlier" in cabas("message", "send", message_id, "--at", "2099-10-25 12:00", "--yes")[2]
    assert "no day and hour" in cabas("message", "send", message_id, "--at", "sometime", "--yes")[2]
    assert cabas("message", "cancel", message_id)[1] == "It goes at no hour any more: the message is a draft again.\n"
    listed = json.loads(cabas("message", "list", "--state", "draft", "--json")[1])
    assert [row["state"] for row in listed] == ["draft", "draft"]


def test_what_would_be_too_late_at_once_is_not_queued(cabas, new, audience: Audience):
    message_id = new()
    code, _, err = cabas("message", "send", message_id, "--yes", "--not-after", "2001-11-22T18:00")
    assert (code, "Thu 22 Nov 2001 18:00 has passed" in err) == (1, True)
    assert json.loads(cabas("outbox", "status", "--json")[1])["ready"] == 0


def test_tests_go_to_several_and_to_the_test_segment(cabas, new, audience: Audience):
    message_id = new()
    code, out, _ = cabas("message", "test", message_id, "--to", "a@exemple.fr", "--to", "b@exemple.fr", "--as",
                         str(audience.members["rossi"]))  # fmt: skip
    assert (code, out.count("is in the outbox")) == (0, 2)
    assert json.loads(cabas("outbox", "status", "--json")[1])["ready"] == 2
    code, _, err = cabas("message", "test", message_id, "--segment")
    assert (code, "--to ADDRESS" in err) == (1, True)
    code, _, err = cabas("message", "test", message_id, "--to", "nobody")
    assert (code, "“nobody” is no e-mail address" in err) == (1, True)


def test_calls_are_listed_ticked_off_and_the_message_put_away(cabas, new, audience: Audience):
    message_id = new("Bonjour {{ first_name }}, les pêches sont là.")
    assert cabas("message", "calls", message_id)[1] == "Nobody to call for this message.\n"
    cabas("message", "send", message_id, "--yes")
    calls = json.loads(cabas("message", "calls", message_id, "--words", "--json")[1])
    assert len(calls) == 3
    odette = next(call for call in calls if call["name"] == "Maréchal Odette")
    assert odette["words"] == "Bonjour Odette, les pêches sont là."
    assert cabas("message", "call", message_id, "odette", "called")[1] == "Maréchal Odette: called\n"
    assert "called" in cabas("message", "calls", message_id, "--words")[1]
    assert cabas("message", "call", message_id, "odette", "none")[1] == "Maréchal Odette: to call\n"
    cabas("operator", "add", "wr", "--role", "phone_desk")
    cabas("operator", "rights", "wr", "--take", "members", "--take", "orders", "--give", "messages.send")
    for said in ("odette mar", odette["phone"], str(odette["member_id"])):
        called = cabas("--operator", "wr", "message", "call", message_id, said, "not_reached")
        assert called[1] == "Maréchal Odette: not reached\n"
    assert "“rossi” is not among" in cabas("--operator", "wr", "message", "call", message_id, "rossi", "called")[2]
    code, _, err = cabas("message", "call", message_id, str(audience.members["rossi"]), "called")
    assert (code, "is not among the people of this message" in err) == (1, True)
    assert cabas("message", "archive", message_id)[0] == 1
    cabas("message", "cancel", message_id)
    assert cabas("message", "archive", message_id)[1] == "1 message is put away.\n"
    assert cabas("message", "list", "--json")[1] == "[]\n"
    assert [row["id"] for row in json.loads(cabas("message", "list", "--archived", "--json")[1])] == [int(message_id)]
    assert cabas("message", "unarchive", message_id)[1] == "1 message is back in the list.\n"


def test_words_are_kept_as_a_starter_and_begin_another_message(cabas, new):
    message_id = new("Bonjour", "nobody + vip", "Sujet")
    assert cabas("message", "starters", "keep", message_id, "--label", "Été")[0] == 0
    assert "There is a starter called" in cabas("message", "starters", "keep", message_id, "--label", "ete")[2]
    assert cabas("message", "starters", "keep", message_id, "--label", "Été", "--replace")[0] == 0
    listed = json.loads(cabas("message", "starters", "list", "--segment", "nobody + vip", "--json")[1])
    assert [(one["label"], one["fits"]) for one in listed["own"]] == [("Été", ["vip"])]
    assert "vip" in listed["supplied"][0]["fits"]
    assert "Été" in cabas("message", "starters", "list")[1]
    code, out, _ = cabas("message", "new", "--segment", "everyone", "--starter", "ete", "--subject", "Autre", "--json")
    shown = json.loads(cabas("message", "show", str(json.loads(out)["id"]), "--json")[1])
    assert (code, shown["subject"], shown["text"]) == (0, "Autre", "Bonjour")
    assert cabas("message", "starters", "forget", "ete")[1] == "Deleted.\n"
    assert cabas("message", "starters", "forget", "ete")[0] == 1


def test_the_call_list_is_written_with_what_to_say(cabas, new):
    message_id = new()
    assert json.loads(cabas("export", "calls", "--message", message_id, "--format", "json")[1]) == []
    cabas("message", "send", message_id, "--yes")
    rows = json.loads(cabas("export", "calls", "--message", message_id, "--format", "json")[1])
    assert [(row["phone"], row["words"]) for row in rows][-1] == ("06 39 98 00 00", "Bonjour Odette")
    code, out, err = cabas("export", "calls", "--message", message_id)
    assert (code, err) == (0, "")
    assert "[ ] Maréchal Odette  06 39 98 00 00" in out
    assert "There is no message" in cabas("export", "calls", "--message", "999")[2]


def test_who_got_a_message_is_written_as_a_file(cabas, new, audience: Audience, tmp_path: Path):
    message_id = new()
    cabas("message", "send", message_id, "--yes")
    written = tmp_path / "who.csv"
    code, _, err = cabas("export", "message", message_id, "-o", str(written))
    assert (code, err) == (0, f"10 recipients in {written}\n")
    lines = written.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].replace(";", ",") == "member,name,reach,address,phone,state,since,reason,channel,handed_at"
    assert sum(",ready," in line.replace(";", ",") for line in lines) == 6
    rows = json.loads(cabas("export", "message", message_id, "--format", "json")[1])
    assert {row["reach"] for row in rows} == {"email", "unreachable", "opted_out"}
    assert cabas("export", "message", "99")[0] == 1


def test_a_dry_run_promises_nothing_that_cannot_be(cabas, new):
    message_id = new()
    for words, sentence in (
        (("--at", "2001-11-22T18:00"), "has passed"),
        (("--at", "2099-11-22T18:00", "--not-after", "2099-11-22T12:00"), "earlier"),
        (("--not-after", "2001-11-22T18:00"), "Thu 22 Nov 2001 18:00 has passed"),
    ):
        for how in ("--dry-run", "--yes"):
            code, _, err = cabas("message", "send", message_id, *words, how)
            assert (code, sentence in err) == (1, True), (words, how, err)


def test_a_service_message_says_why_and_to_how_many_who_refused(cabas, new):
    message_id = new("Bonjour", "everyone", "Lieu", "--service", "Le lieu change")
    dry = json.loads(cabas("message", "send", message_id, "--dry-run", "--json")[1])
    assert (dry["mails"], dry["service_reason"], dry["in_spite"]) == (7, "Le lieu change", 1)
    told = cabas("message", "send", message_id, "--dry-run")[2]
    assert "Le lieu change" in told
    assert "! 1 member does not want such messages and gets it all the same" in told
    usual = json.loads(cabas("message", "send", new(), "--dry-run", "--json")[1])
    assert (usual["service_reason"], usual["in_spite"]) == ("", 0)


def test_what_keeps_a_kept_message_is_said_and_what_stays_held(cabas, new, audience: Audience, tmp_path: Path):
    message_id = new()
    cabas("operator", "add", "paul", "--name", "Paul", "--role", "writer")
    assert cabas("--operator", "paul", "message", "send", message_id, "--at", "2099-11-22T18:00", "--yes")[0] == 0
    with closing(Store(tmp_path / "group.cabas", unix_login())) as store, store.writing() as t:
        t.execute("UPDATE messages SET send_at = '2026-01-22T11:01', expected_mails = 20")
    for words in (("list",), ("show", message_id)):
        assert "11:01: its hour has passed" in cabas("message", *words)[1]
    assert "Mails: 6. It was 20 when" in cabas("message", "show", message_id)[1]
    cabas("operator", "rights", "paul", "--role", "treasurer")
    for words in (("list",), ("show", message_id)):
        assert "Paul, who keeps it for this hour, may not send" in cabas("message", *words)[1]

    cabas("message", "cancel", message_id)
    cabas("message", "send", message_id, "--yes", "--not-after", "none")
    cabas("members", "preferences", "chiara", "--refuse", "targeted")
    with closing(Store(tmp_path / "group.cabas", unix_login())) as store, store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'held', reason = 'opted_out' WHERE address = 'chiara@exemple.fr'")
        t.execute("UPDATE deliveries SET state = 'sent' WHERE address <> 'chiara@exemple.fr'")
    assert cabas("outbox", "release", "--message", message_id)[1] == (
        "0 wait again.\n1 stays held: does not want it any more (1).\n"
    )
    shown = cabas("message", "show", message_id)[1]
    assert "[sent]" in shown
    assert "held: does not want it any more" in shown
    assert "refused " in next(line for line in shown.splitlines() if line.startswith("Zoé"))


def test_who_can_be_nobody_and_what_is_no_file_are_told(cabas, new, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    message_id = new()
    code, _, err = cabas("message", "attach", message_id, str(tmp_path / "pipe"))
    assert (code, "“pipe” is no file." in err) == (1, True)
    for pipe in (str(tmp_path / "pipe"), "/dev/zero"):
        code, _, err = cabas("message", "edit", message_id, "--body-file", pipe)
        assert (code, "is no file." in err) == (2, True)
    image = tmp_path / "à vous.gif"
    image.write_bytes(b"GIF89a" + bytes(20))
    said = cabas("message", "attach", message_id, "--image", str(image))[1]
    assert said == "![](a-vous.gif)\n1 file, 1 KB of 10 MB\n"
    code, _, err = cabas("message", "new", "--segment", 'everyone - tag(livrasion) - subscribers("legumes du gue")',
                           "--starter", "empty")  # fmt: skip
    assert (code, err) == (0, "! No member has the tag “livrasion”.\n")
    assert 'subscribers(catalogue="Légumes du Gué")' in cabas("message", "show", "2")[1]
    cabas("message", "delete", "2", "--yes")
    assert json.loads(cabas("message", "duplicate", message_id, "--json")[1]) == {"id": 3}, "a number is given once"


def test_what_workflows_send_is_listed_apart_and_counted_in_the_advice(cabas, new):
    draft = new()
    assert cabas("message", "list", "--automatic")[1] == "No workflow has sent anything yet.\n"
    with closing(Store(Path(os.environ["CABAS_FILE"]), unix_login())) as store:
        workflow = store.workflows.new("Accueil", [at_once(Trigger.REGISTRATION, label="Bienvenue")])
        store.workflows.attach(workflow, GROUP)
        today = store.clock.today()
        added = store.members.add(Member((Person("Zélie", "Nouveau", "zelie@exemple.fr"),), joined_on=today))
        assert "of them get “Bienvenue” today" in cabas("message", "advice", draft)[1]
        found = next(one for one in store.occurrences.coming() if one.member_id == added)
        assert send_now(store, found.step.id, found.key).mails == 1
    listed = json.loads(cabas("message", "list", "--automatic", "--json")[1])
    assert [(row["title"], row["workflow"], row["counts"]["ready"]) for row in listed] == [("Bienvenue", "Accueil", 1)]
    assert "Bienvenue" in cabas("message", "list", "--automatic")[1]
    assert [row["workflow"] for row in json.loads(cabas("message", "list", "--json")[1])] == [""]
    assert "of them got “Bienvenue” today" in cabas("message", "advice", draft)[1]
