"""What the store refuses about messages, their files and their limits, in words; `screens.errors` takes them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import N_

if TYPE_CHECKING:
    from store import errors

WRITING_INVALID: dict[tuple[str, str], str] = {
    ("distribution", "unknown"): N_("There is no distribution “{value}”."),
    ("from_address", "syntax"): N_("“{value}” is no e-mail address to send from."),
    ("from_address", "identity"): N_("The mailbox may not send as {value}. Choose one of its addresses."),
    ("from_name", "too_long"): N_("The sender's name is too long ({value} characters)."),
    ("reply_to", "too_long"): N_("The address for answers is too long ({value} characters)."),
    ("service_reason", "too_long"): N_("The reason is too long ({value} characters)."),
    ("service_reason", "empty"): N_("A service message needs a reason: why must everybody get it?"),
    ("closes_on", "before_counts_from"): N_("The last day that counts ({value}) is before the first one."),
    ("send_before", "past"): N_("{value} has passed: choose a later limit for sending, or none."),
    ("send_at", "after_send_before"): N_("At {value} it could not be sent any more: its limit for sending is earlier."),
    ("send_at", "not_a_moment"): N_("“{value}” is no day and hour; write it as 2026-11-24T20:00."),
    ("send_before", "not_a_moment"): N_("“{value}” is no day and hour; write it as 2026-11-24T20:00."),
    ("channels", "unknown"): N_("There is no channel “{value}”: there are email, sms, letter and csv."),
    ("channels", "empty"): N_("Choose one channel at least."),
    ("message_state", "cancelled"): N_("This message was cancelled: nothing of it is handed over any more."),
    ("message_state", "not_scheduled"): N_("Only a message that is kept for its hour can be a draft again."),
    ("message_state", "not_over"): N_("Only what is sent or cancelled can be put away; drafts can be deleted."),
    ("message_used", "messages"): N_("“{value}” asks who got it: delete that, or choose its members anew."),
    ("message_used", "segments"): N_("The saved segment “{value}” asks who got it: change or delete that first."),
    ("results", "not_sent"): N_("Nothing of “{value}” has gone out: there are no results yet."),
    ("file", "no_file"): N_("“{value}” is no file."),
    ("file", "secret"): N_("“{value}” holds everybody's data, or a password. It is not sent."),
    ("file", "signs"): N_("“{value}” has a line break, or signs that are not seen, in its name. Rename it first."),
    ("file", "empty"): N_("“{value}” is empty."),
    ("file", "name"): N_("“{value}” cannot be the name of a file in a mail: at most 120 characters, without / and \\."),
    ("file", "twice"): N_("The message has a file called “{value}” already. Rename one of them."),
    ("file", "not_an_image"): N_("“{value}” cannot be shown in a mail: PNG, JPEG and GIF can. Attach it instead."),
    ("label", "empty"): N_("Give it a name, to find it again."),
    ("label", "taken"): N_("There is a starter called “{value}” already."),
    ("call_state", "unknown"): N_("A call ends as called, not_reached or ordered, not as “{value}”."),
    ("measuring_address", "empty"): N_("Say at which address the endpoint is reached: https://…"),
    ("measuring_address", "https"): N_("“{value}” is no address of the endpoint. It begins with https:// and a name."),
    ("preference", "sms"): N_("Nothing is counted in SMS: the yes is to the links of mails."),
    ("measuring_address", "too_long"): N_("The endpoint's address is too long: 100 characters are allowed."),
    ("limit", "unknown"): N_("There is no setting “{value}”. “cabas settings list” shows them."),
}


def limit_refused(error: errors.Invalid) -> str:
    """A limit outside its range."""
    from screens.limits_words import range_words

    return range_words(error.field)
