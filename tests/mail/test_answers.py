"""What providers say, and whom it concerns: taking one for the other loses mails or writes off good addresses."""

from __future__ import annotations

import pytest

from mail.answers import Answer, Verdict, judge, safe

SAYINGS = [
    ("rcpt", 250, "2.1.5 OK", Verdict.TAKEN),
    ("data", 354, "go on", Verdict.TAKEN),
    ("data", 250, "ok?", Verdict.SESSION),
    ("answer", 250, "2.0.0 queued", Verdict.TAKEN),
    # Recipients
    ("rcpt", 550, "5.1.1 <x@y>: Recipient address rejected: User unknown", Verdict.RECIPIENT_NEVER),
    ("rcpt", 550, "No such user here", Verdict.RECIPIENT_NEVER),
    ("rcpt", 501, "5.1.3 Bad recipient address syntax", Verdict.RECIPIENT_NEVER),
    ("rcpt", 452, "4.2.2 The email account that you tried to reach is over quota", Verdict.RECIPIENT_LATER),
    ("rcpt", 552, "5.2.2 Mailbox quota exceeded", Verdict.RECIPIENT_NEVER),
    ("rcpt", 452, "mailbox full", Verdict.RECIPIENT_LATER),
    ("rcpt", 450, "4.2.1 The user is receiving mail at a rate that prevents delivery", Verdict.RECIPIENT_LATER),
    ("rcpt", 450, "4.2.0 Greylisted, please try again in 300 seconds", Verdict.RECIPIENT_LATER),
    ("rcpt", 451, "4.7.1 Greylisting in action, please come back later", Verdict.GREYLISTED),
    ("rcpt", 450, "4.7.1 Please try again later", Verdict.GREYLISTED),
    ("answer", 554, "5.7.1 Message rejected as spam", Verdict.RECIPIENT_NEVER),
    ("answer", 552, "5.3.4 Message size exceeds fixed limit", Verdict.RECIPIENT_NEVER),
    ("mail", 552, "5.3.4 Message size exceeds fixed limit", Verdict.RECIPIENT_NEVER),
    ("data", 552, "5.3.4 Message too big for system", Verdict.RECIPIENT_NEVER),
    ("answer", 451, "4.3.0 try again", Verdict.RECIPIENT_LATER),
    # The mailbox
    ("answer", 550, "5.4.5 Daily user sending limit exceeded", Verdict.QUOTA),
    ("rcpt", 550, "5.4.5 Daily sending quota exceeded", Verdict.QUOTA),
    ("mail", 550, "5.7.1 You have exceeded your daily sending limit", Verdict.QUOTA),
    (
        "rcpt",
        554,
        "5.7.0 limit on the number of allowed outgoing messages was exceeded. Try again later",
        Verdict.QUOTA,
    ),
    ("rcpt", 450, "Mail send limit exceeded", Verdict.QUOTA),
    ("rcpt", 452, "4.5.3 Too many recipients", Verdict.QUOTA),
    ("rcpt", 550, "MAX RCPT TO DAILY LIMIT", Verdict.QUOTA),
    ("rcpt", 550, "Policy rejection; Message count exceeded", Verdict.QUOTA),
    ("login", 454, "4.7.0 Too many login attempts, please try again later", Verdict.BUSY),
    ("login", 421, "4.7.0 Too many failed authentication attempts", Verdict.BUSY),
    ("login", 450, "4.5.3 Daily limit of logins exceeded", Verdict.QUOTA),
    ("rcpt", 421, "4.7.0 mail.exemple.fr Error: too many errors", Verdict.BUSY),
    ("greeting", 421, "4.7.0 Too many concurrent SMTP connections", Verdict.BUSY),
    ("login", 454, "4.7.0 Temporary authentication failure", Verdict.BUSY),
    ("login", 535, "5.7.8 Username and Password not accepted", Verdict.LOGIN),
    ("login", 535, "5.7.139 Authentication unsuccessful, basic authentication is disabled", Verdict.LOGIN),
    ("login", 550, "5.7.30 Basic authentication is not supported for Client Submission", Verdict.LOGIN),
    ("mail", 530, "5.7.0 Authentication Required", Verdict.LOGIN),
    ("rcpt", 530, "5.7.0 Must issue a STARTTLS command first", Verdict.LOGIN),
    ("rcpt", 553, "5.7.1 <a@b>: Sender address rejected: not owned by user c", Verdict.SENDER),
    ("rcpt", 554, "5.7.1 <x@y>: Relay access denied", Verdict.SENDER),
    ("mail", 550, "5.7.60 SMTP; Client does not have permissions to send as this sender", Verdict.SENDER),
    ("mail", 553, "sender mismatch", Verdict.SENDER),
    ("greeting", 421, "4.7.0 too busy", Verdict.BUSY),
    ("rcpt", 421, "4.3.0 closing", Verdict.BUSY),
    ("greeting", 554, "no", Verdict.SESSION),
    ("rcpt", 503, "5.5.1 bad sequence of commands", Verdict.SESSION),
    ("mail", 452, "4.3.1 Insufficient system storage", Verdict.BUSY),
    ("rcpt", 452, "4.3.1 Insufficient system storage", Verdict.BUSY),
    ("answer", 452, "Insufficient system resources", Verdict.BUSY),
    ("rcpt", 454, "4.7.0 Temporary authentication failure", Verdict.BUSY),
    ("rcpt", 454, "4.7.1 <x@y>: Relay access denied", Verdict.SENDER),
    ("rcpt", 421, "4.7.0 Too many messages on this line", Verdict.QUOTA),
    ("mail", 554, "5.7.1 Your account has been suspended, contact support", Verdict.BLOCKED),
    ("rcpt", 554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", Verdict.BLOCKED),
    ("answer", 550, "5.7.1 Outgoing mail is blocked for this mailbox", Verdict.BLOCKED),
    ("greeting", 554, "5.7.1 192.0.2.1 is listed on a blocklist", Verdict.BLOCKED),
    ("rcpt", 550, "5.2.1 The email account that you tried to reach is disabled", Verdict.RECIPIENT_NEVER),
    ("rcpt", 550, "Account locked", Verdict.RECIPIENT_NEVER),
]


@pytest.mark.parametrize(("phase", "code", "text", "verdict"), SAYINGS)
def test_an_answer_concerns(phase: str, code: int, text: str, verdict: Verdict) -> None:
    assert judge(Answer(phase, code, text)) is verdict


def test_a_servers_words_cannot_steer_the_terminal() -> None:
    assert safe(b"550 \x1b[2J\x07no\r\nreally") == "550  [2J no really"
    assert len(safe("x" * 5000)) == 500
