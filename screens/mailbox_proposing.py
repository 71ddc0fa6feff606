"""What follows from an address while it is typed: its provider, and from that everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.mailbox_fields import BLANK, FOLLOWING, domain_of, fields_of, local_of
from screens.member_form import Fields

if TYPE_CHECKING:
    from mail.providers import Provider


class Proposing:
    """Follows the address and the provider of the form; each method returns the fields to be changed.

    What was typed by hand stays until another provider is found or chosen.
    """

    def __init__(self) -> None:
        self.known: tuple[Provider, ...] = ()
        self._address = self._provider = ""
        self._proposed: Fields = {}
        self._without_login = False

    def provider(self, id_: str) -> Provider | None:
        """The provider of this id, of those that are `known`: their file takes too long to be read at each letter."""
        return next((provider for provider in self.known if provider.id == id_), None)

    def begin(self, fields: Fields) -> None:
        """These fields are shown: they are what there is, not what is proposed."""
        self._address, self._provider = str(fields["address"]).strip(), str(fields["provider"])
        self._without_login = bool(self._address) and not fields["username"]
        found = self.provider(self._provider)
        self._proposed = self._following(found) if found is not None else {}

    def address_typed(self, typed: Fields) -> Fields:
        """Another address: with the domain of a provider that is known, all of its fields; else the login name."""
        before, self._address = self._address, str(typed["address"]).strip()
        if before == self._address:
            return {}
        domain = domain_of(self._address)
        if domain_of(before) != domain:
            found = next((provider for provider in self.known if domain in provider.domains), None)
            if found is not None and found.id != self._provider:
                return self._of(found)
            if found is None and self._proposed:
                return self._forgotten(typed)
        return self._login_name(typed, before)

    def provider_chosen(self, typed: Fields) -> Fields:
        """Another provider was chosen from the list: its fields; for none, what was typed by hand stays."""
        if str(typed["provider"]) == self._provider:
            return {}
        found = self.provider(str(typed["provider"]))
        return self._forgotten(typed) if found is None else self._of(found)

    def found(self, provider: Provider, domain: str) -> Fields:
        """A provider was found for a domain; nothing follows where the address or the provider is another one now."""
        if domain != domain_of(self._address) or self._provider:
            return {}
        return self._of(provider)

    def _of(self, provider: Provider) -> Fields:
        self._provider = provider.id
        self._proposed = self._following(provider)
        return {"provider": provider.id, **self._proposed}

    def _following(self, provider: Provider) -> Fields:
        shown = fields_of(provider.settings(self._address))
        return {name: shown[name] for name in FOLLOWING}

    def _forgotten(self, typed: Fields) -> Fields:
        """Take back what was proposed and not changed since."""
        proposed, self._proposed, self._provider = self._proposed, {}, ""
        blank = fields_of(BLANK)
        taken = {name: blank[name] for name, value in proposed.items() if typed[name] == value}
        if "username" in taken:
            taken["username"] = self._address
        return {"provider": "", **taken}

    def _login_name(self, typed: Fields, before: str) -> Fields:
        """The login name goes with the address, where it came from it."""
        name = str(typed["username"])
        if self._without_login:
            return {}
        if name == before:
            return {"username": self._address}
        return {"username": local_of(self._address)} if name and name == local_of(before) else {}
