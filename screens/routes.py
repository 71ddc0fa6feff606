"""The screens by name, and the letters that lead to them from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from store.rights import Operator, Right
from templates.words import N_

if TYPE_CHECKING:
    from screens.base import HouseScreen

ROUTES = {
    "desk": "screens.desk:DeskScreen",
    "members": "screens.members:MembersScreen",
    "member": "screens.member:MemberScreen",
    "member_page": "screens.member_page:MemberPageScreen",
    "member_data": "screens.member_data:MemberDataScreen",
    "member_erase": "screens.member_erase:MemberEraseScreen",
    "member_merge": "screens.member_merge:MemberMergeScreen",
    "member_merge_preview": "screens.member_merge_preview:MemberMergePreviewScreen",
    "member_preferences": "screens.member_preferences:MemberPreferencesScreen",
    "orders": "screens.orders:OrdersScreen",
    "settle": "screens.settle:SettleScreen",
    "order": "screens.order:OrderScreen",
    "order_entry": "screens.order_entry:OrderEntryScreen",
    "distributions": "screens.distributions:DistributionsScreen",
    "distribution": "screens.distribution:DistributionScreen",
    "distribution_form": "screens.distribution_form:DistributionFormScreen",
    "distribution_copy": "screens.distribution_copy:DistributionCopyScreen",
    "distribution_cancel": "screens.distribution_cancel:DistributionCancelScreen",
    "distribution_catalogue": "screens.distribution_catalogue:DistributionCatalogueScreen",
    "recaps": "screens.recaps:RecapsScreen",
    "recap": "screens.recap:RecapScreen",
    "pickup": "screens.pickup:PickupScreen",
    "calls": "screens.calls:CallsScreen",
    "catalogues": "screens.catalogues:CataloguesScreen",
    "catalogue": "screens.catalogue:CatalogueScreen",
    "products": "screens.products:ProductsScreen",
    "product": "screens.product:ProductScreen",
    "messages": "screens.messages:MessagesScreen",
    "message": "screens.message:MessageScreen",
    "message_details": "screens.message_details:MessageDetailsScreen",
    "message_calls": "screens.message_calls:MessageCallsScreen",
    "write": "screens.write:WriteScreen",
    "picker": "screens.picker:PickerScreen",
    "compose": "screens.compose:ComposeScreen",
    "preview": "screens.preview:PreviewScreen",
    "send": "screens.send:SendScreen",
    "test_send": "screens.test_send:TestSendScreen",
    "schedule": "screens.schedule:ScheduleScreen",
    "message_files": "screens.message_files:MessageFilesScreen",
    "sending": "screens.sending:SendingScreen",
    "mails": "screens.mails:MailsScreen",
    "delivery": "screens.delivery:DeliveryScreen",
    "came_back": "screens.came_back:CameBackScreen",
    "mailbox": "screens.mailbox:MailboxScreen",
    "backups": "screens.backups:BackupsScreen",
    "limits": "screens.limits:LimitsScreen",
    "settings": "screens.settings:SettingsScreen",
    "group_form": "screens.group_form:GroupFormScreen",
    "me": "screens.me:MeScreen",
    "operators": "screens.operators:OperatorsScreen",
    "operator": "screens.operator:OperatorScreen",
    "roles": "screens.roles:RolesScreen",
    "role": "screens.role:RoleScreen",
    "import": "screens.imports:ImportScreen",
    "import_mapping": "screens.import_mapping:ImportMappingScreen",
    "import_report": "screens.import_report:ImportReportScreen",
    "import_question": "screens.import_question:ImportQuestionScreen",
    "export": "screens.export:ExportScreen",
    "journal": "screens.journal:JournalScreen",
    "journal_member": "screens.journal_member:JournalMemberScreen",
}
"""Where each screen is: imported when one goes there."""


@dataclass(frozen=True)
class Destination:
    """A place that F2 and a letter lead to, for who has one of the rights somewhere; without rights, for everybody.

    One that is not `listed` has its letter all the same: there is no room for its name, and another place leads there.
    """

    letter: str
    route: str
    label: str
    rights: tuple[Right, ...] = ()
    listed: bool = True

    def is_open_to(self, operator: Operator) -> bool:
        """Whether this operator may go there."""
        return not self.rights or any(operator.may_somewhere(right) for right in self.rights)

    def is_shown_to(self, operator: Operator) -> bool:
        """Whether it is among the places: to a producer, who only has rights on catalogues, only what is open."""
        return self.is_open_to(operator) or any(catalogue is None for _right, catalogue in operator.grants)


DESTINATIONS = (
    Destination("d", "desk", N_("Desk")),
    Destination("n", "order_entry", N_("New order"), (Right.ORDERS,)),
    Destination("m", "members", N_("Members"), (Right.MEMBERS,)),
    Destination("o", "orders", N_("Orders"), (Right.ORDERS,)),
    Destination("p", "distributions", N_("Distributions"), (Right.ORDERS,)),
    Destination("c", "catalogues", N_("Catalogues"), (Right.ORDERS,)),
    Destination("w", "write", N_("Write"), (Right.MESSAGES_WRITE,)),
    Destination("e", "messages", N_("Messages"), (Right.MESSAGES_SEE,)),
    Destination("g", "sending", N_("Sending"), (Right.MESSAGES_SEE,)),
    Destination("a", "came_back", N_("Answers"), (Right.MESSAGES_SEE,)),
    Destination("i", "import", N_("Import"), (Right.MEMBERS, Right.ORDERS)),
    Destination("s", "settings", N_("Settings")),
    Destination("x", "mailbox", N_("Mailbox"), (Right.ADMIN, Right.MESSAGES_SEE), listed=False),
    Destination("l", "limits", N_("Limits"), (Right.ADMIN,), listed=False),
)


def destinations(operator: Operator) -> tuple[Destination, ...]:
    """The places this operator may go to, and those that are there for others."""
    return tuple(d for d in DESTINATIONS if d.is_shown_to(operator))


PLACES = {d.route: d for d in DESTINATIONS}
"""The places by the name of their screen."""


def screen_for(route: str, **parameters: Any) -> HouseScreen[Any]:
    """A new screen of the route, made with its parameters."""
    module, name = ROUTES[route].split(":")
    screen: HouseScreen[Any] = getattr(import_module(module), name)(**parameters)
    screen.route, screen.parameters = route, parameters
    return screen
