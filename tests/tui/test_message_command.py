"""`cabas message`: what scripts rely on, and one sentence for each thing that can be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store import Store
from store.settings import Group
from tests.audience import Audience, fill
from tui.cli import run

JSON_KEYS = {"ready", "sending", "sent", "failed", "unknown", "held", "bounced"}


@pytest.fixture
def audience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audience:
    """A group's file that the command line finds; the operator has the login of whoever runs the tests."""
    from store.handle import unix_login

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


def test_without_yes_somebody_has_to_answer(cabas, new, monkeypatch: pytest.MonkeyPatch):
    message_id = new()
    code, _, err = cabas("message", "send", message_id)
    assert code == 1
    assert "6 mails" in err
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
