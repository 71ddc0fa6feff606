"""Trying a real mailbox out: Postfix to send by, Dovecot to read at."""

from __future__ import annotations

import json

import pytest

from tests.real.servers import PASSWORD, USER, Servers, missing
from tests.real.shell import Shell

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(missing()), reason=missing())]


def outcomes(steps: list[dict[str, str]]) -> dict[str, str]:
    return {
        f"{step['where']} {step['name']} {step['subject']}".strip(): step["kind"] or step["outcome"] for step in steps
    }


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_each_step_is_in_order_and_another_sender_is_not(cabas: Shell, servers: Servers, tls: str) -> None:
    cabas.set_mailbox(servers, tls=tls)
    found = outcomes(cabas.json("mailbox", "check"))
    usual = {
        **dict.fromkeys(
            ["smtp password", "smtp name", "smtp port", "smtp line", "smtp certificate", "smtp login"], "ok"
        ),
        f"smtp identity {USER}": "ok",
        **dict.fromkeys(["imap name", "imap port", "imap line", "imap certificate", "imap login", "imap inbox"], "ok"),
        "imap sent_folder Envoyes": "ok",
    }
    assert found == usual
    cabas("mailbox", "identities", "add", "autre@exemple.fr")
    said = cabas("mailbox", "check")  # mails go out under the mailbox's own address all the same
    assert "autre@exemple.fr" in said
    assert "not owned by user" in said
    assert servers.delivered() == []


def test_a_wrong_password_is_tried_once(cabas: Shell, servers: Servers) -> None:
    cabas.set_mailbox(servers, password=PASSWORD.upper())
    found = outcomes(json.loads(cabas("mailbox", "check", "--json", code=1)))
    assert (found["smtp login"], found["imap login"]) == ("login", "skipped")
    assert servers.log().count("authentication failed") == 1
