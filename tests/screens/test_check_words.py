"""What is said of a mailbox that does not work: each fault has words, and they say what to do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mail.checking import DISPROVED, Step
from mail.mailbox import MailboxFault
from screens.check_words import HINTS, STEPS, hint_words, step_words
from screens.outbox_words import FAULTS, fault_words
from store.ledger import Trace
from store.mailbox import MailboxSettings

MAILBOX = MailboxSettings(
    "smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr", imap_host="imap.exemple.fr", imap_port=143
)


def test_each_fault_has_words() -> None:
    told = (MailboxFault.__doc__ or "").split("`kind`:")[1].split("`where`")[0]
    kinds = set(re.findall(r"[a-z_]+", re.sub(r"\(.*?\)", "", told)))
    assert {"name", "certificate_changed", "session"} <= kinds
    for kind in kinds | DISPROVED:
        assert kind in FAULTS


@pytest.mark.parametrize(
    ("answer", "changes", "said"),
    [
        ("5.7.8 Error: authentication failed", {}, "many providers want a password made for programs"),
        ("5.7.8 Username and Password not accepted", {"provider": "gmail"}, "not your own. Make one in your account"),
        ("5.7.9 Application-specific password required", {}, "not your own. Make one in your account"),
        ("5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled", {}, "only a token (XOAUTH2)"),
        ("5.7.30 Basic authentication is not supported", {"login": "xoauth2"}, "only a token (XOAUTH2)"),
        ("5.7.3 Authentication unsuccessful", {"login": "xoauth2", "provider": "gmail"}, "refuses the token of amap"),
        ("5.7.1 no", {"provider": "a provider that is no more"}, "Check the user name and the password"),
    ],
)
def test_why_a_login_is_refused(answer: str, changes: dict[str, str], said: str) -> None:
    words = fault_words("login", answer, replace(MAILBOX, **changes))
    assert said in words
    assert words.endswith(f"({answer})")
    assert "smtp.exemple.fr" in words


def test_reading_has_its_own_server_and_words() -> None:
    def failed(kind: str, name: str = "login", provider: str = "") -> str:
        settings = replace(MAILBOX, provider=provider)
        return step_words(Step(name, "failed", "imap", kind, Trace(name, None, "")), settings)

    assert "imap.exemple.fr answers, but not on port 143" in failed("refused", "port")
    assert "Reading by programs (IMAP) may have to be switched on" in failed("login")
    assert "(IMAP) may have to be switched on" in failed("login", provider="gmail"), "sending lets the password in"
    assert "port 143" in failed("tls_mode", "line")
    assert "imap.exemple.fr broke the line off" in failed("lost")
    assert step_words(Step("port", where="imap"), MAILBOX) == "Port 143"


def test_a_certificate_of_a_bridge_and_one_on_the_internet() -> None:
    assert "cabas mailbox trust" in fault_words("certificate_unknown", "", replace(MAILBOX, host="127.0.0.1"))
    assert "cabas mailbox trust" not in fault_words("certificate_unknown", "", MAILBOX)
    names = Trace("names", None, "ssl0.ovh.net, ovh.net")
    said = step_words(Step("certificate", "failed", kind="certificate_name", trace=names), MAILBOX)
    assert said.endswith("It is made out to ssl0.ovh.net, ovh.net.")


def test_each_step_and_hint_can_be_said() -> None:
    for name in STEPS:
        if name not in ("token", "open_line", "no_folder"):
            assert "{" not in step_words(Step(name, subject="Sent"), MAILBOX)
    for hint in HINTS:
        assert "{" not in hint_words(hint, "Gmail")
    assert hint_words("Ask Paul {first}.", "Coop") == "Ask Paul {first}."
