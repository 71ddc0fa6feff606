"""Why a value of the mailbox cannot be taken, in words: for the command line and the screens."""

from __future__ import annotations

from templates.words import N_

_NO_SERVER = N_("“{value}” is no name of a server.")
_OPEN_LINE = N_("Without TLS the password could be read on the way: {value} is not this machine.")
_NO_TLS = N_("TLS is starttls, implicit or none, not “{value}”.")

INVALID_MAILBOX: dict[tuple[str, str], str] = {
    ("host", "host"): _NO_SERVER,
    ("port", "port"): N_("{value} is no port; it is 465 or 587 as a rule."),
    ("tls", "loopback_only"): _OPEN_LINE,
    ("tls", "unknown"): _NO_TLS,
    ("imap_host", "host"): _NO_SERVER,
    ("imap_port", "port"): N_("{value} is no port; for reading it is 993 as a rule."),
    ("imap_tls", "loopback_only"): _OPEN_LINE,
    ("imap_tls", "unknown"): _NO_TLS,
    ("login", "unknown"): N_("The login is by password or xoauth2, not “{value}”."),
    ("username", "login"): N_("A login by xoauth2 needs the login name."),
    ("email", "address"): N_("“{value}” is no e-mail address."),
    ("per_minute", "negative"): N_("{value} mails a minute: write 0 for no limit, or more."),
    ("per_hour", "positive"): N_("{value} mails an hour: write 1 or more."),
    ("per_day", "positive"): N_("{value} mails a day: write 1 or more."),
    ("resolution", "unknown"): N_("Say sent or again, not “{value}”."),
}
"""Values of the mailbox that cannot be taken."""
