"""What follows from what is typed into the mailbox's form: its provider, and from that everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.events import DescendantBlur
from textual.widgets import Input

from screens import mailbox_fields as form
from screens.mailbox_checking import TryingScreen
from screens.mailbox_layout import providers_listed
from screens.mailbox_proposing import Proposing
from screens.member_form import Fields
from screens.widgets.choices import Choices
from screens.widgets.one_of import OneOf
from templates.words import N_, _

if TYPE_CHECKING:
    from mail.providers import Provider


class FollowingScreen(TryingScreen):
    """A form that proposes the rest from the address, or from the provider that is chosen."""

    BINDINGS = [
        Binding("f4", "providers", N_("Providers"), tooltip=N_("Choose from the list"), id="mailbox.providers"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._proposing = Proposing()
        self._looked_up = ""

    def show_details(self, shown: bool) -> None:
        """Show or hide the servers and limits."""
        raise NotImplementedError

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """The address is typed: look for who keeps its mailbox, where the address alone does not say it."""
        if event.widget.id == "form-address":
            self._look_up()

    # -- what follows from what is typed

    def on_input_changed(self, event: Input.Changed) -> None:
        """Propose what follows from the address; what was tried out is another mailbox now."""
        if not self._filled:
            return
        if event.input.id == "form-address":
            self._put_proposed(self._proposing.address_typed(self.typed))
        self.forget_trial()

    def on_one_of_changed(self, event: OneOf.Changed) -> None:
        """Propose what follows from the provider."""
        if self._filled:
            if event.one_of.id == "form-provider":
                self._put_proposed(self._proposing.provider_chosen(self.typed))
            else:
                self._put_proposed(form.usual_ports(self.typed))
            self.forget_trial()

    def _put_proposed(self, proposed: Fields) -> None:
        if proposed:
            self.put(proposed)

    def _look_up(self) -> None:
        domain = form.domain_of(str(self.typed["address"])) if self._filled else ""
        changed = self._filled and self.typed["address"] != self.read_fields["address"]
        if not changed or "." not in domain or self.typed["provider"] or domain == self._looked_up:
            return
        self._looked_up = domain

        def look_up() -> Provider | None:
            from mail import providers

            return providers.by_mx(domain)

        self.read(look_up, lambda found: self._looked(domain, found), "mx")
        self.look_again()

    def _looked(self, domain: str, found: Provider | None) -> None:
        proposed = self._proposing.found(found, domain) if found is not None else {}
        if found is not None and proposed:
            self._put_proposed(proposed)
            self.say(_("The mailboxes of {domain} are at {provider}.").format(domain=domain, provider=found.name))
        elif domain == form.domain_of(str(self.typed["address"])) and not self.typed["host"]:
            self.show_details(True)
            self.say(_("Nothing is known of {domain}: its provider's page says the servers.").format(domain=domain))

    def action_providers(self) -> None:
        """List the providers to choose from."""
        listed, chosen = providers_listed(self._proposing.known), self.typed["provider"]
        choices = self.query_one(Choices)
        choices.offer(listed)
        marked = (row for row, (_name, _text, id_) in enumerate(listed) if id_ and id_ == chosen)
        choices.move_cursor(row=next(marked, 0))

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Another provider is chosen: the field says so, and what follows from it is put where it does."""
        event.stop()
        self.field("provider").choose(event.value)
        self.password_line.focus()

    def on_choices_left(self, event: Choices.Left) -> None:
        """None is chosen."""
        event.stop()
        self.field("provider").focus()
