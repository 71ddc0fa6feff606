"""Whether SMS can go: the gateway of the configuration, who can read it, and what keeps SMS in the outbox."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from store.file_state import entry
from templates.words import _
from tui.doctor.check import Check

if TYPE_CHECKING:
    from store import Store


def sms_checks(store: Store) -> list[Check]:
    """Nothing for a group that has no gateway, and no SMS that wait for one."""
    from mail.configuration import ConfigurationBad
    from mail.sms import gateway_command, is_set_up

    waiting = store.deliveries.due().sms
    try:
        there, command = is_set_up(store.path), gateway_command(store.path)
    except ConfigurationBad:
        return []  # said of the configuration itself
    if not there and not waiting:
        return []
    if not there:
        from screens.sms_words import waiting_words

        said = waiting_words(waiting, "no_gateway", "", None, store.clock)
        return [Check("sms", "warn", said, "cabas sms check")]
    return [*_readable_by_others(command), _gateway(store, command), *_state(store, waiting)]


def _gateway(store: Store, command: str) -> Check:
    """A command is not run here: it may ask somebody for a passphrase."""
    if command:
        return Check("sms", "ok", _("The gateway for SMS comes from a command."))
    from mail.sms import GatewayBad, check
    from screens.errors import words_for

    try:
        return Check("sms", "ok", _("SMS go by {service}.").format(service=check(store.path)))
    except GatewayBad as error:
        return Check("sms", "bad", words_for(error), "cabas sms check")


def _readable_by_others(command: str) -> list[Check]:
    from mail.configuration import configuration_paths, read_toml
    from mail.sms import TABLE

    if command:
        return []
    found = []
    for path in configuration_paths():
        there = entry(path)
        if there is not None and there.others_read and TABLE in read_toml(path):
            said = _("Anybody on this machine can read {path}, which has the gateway's secrets.").format(path=path)
            found.append(Check("sms.file", "bad", said, f"chmod o= {shlex.quote(str(path))}"))
    return found


def _state(store: Store, waiting: int) -> list[Check]:
    from screens.sms_settings_words import state_words
    from screens.sms_words import waiting_words

    settings = store.sms.get()
    if settings.state == "ok":
        return []
    why = (settings.reason, settings.answer, settings.until, store.clock)
    said = waiting_words(waiting, *why) if waiting else state_words(settings, store.clock)
    passes = settings.until is not None or settings.reason == "operator"
    return [Check("sms.state", "warn" if passes else "bad", said, "" if passes else "cabas sms test NUMBER")]
