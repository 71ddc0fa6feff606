"""The screens by name, and the letters that lead to them from anywhere."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

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
    "promotions": "screens.promotions:PromotionsScreen",
    "promotion": "screens.promotion:PromotionScreen",
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
    "channels": "screens.channels:ChannelsScreen",
    "channel_preview": "screens.channel_preview:ChannelPreviewScreen",
    "calendar": "screens.calendar:CalendarScreen",
    "calendar_entry": "screens.calendar_entry:CalendarEntryScreen",
    "calendar_preview": "screens.calendar_entry:CalendarPreviewScreen",
    "sending": "screens.sending:SendingScreen",
    "mails": "screens.mails:MailsScreen",
    "delivery": "screens.delivery:DeliveryScreen",
    "came_back": "screens.came_back:CameBackScreen",
    "vouchers": "screens.vouchers:VouchersScreen",
    "voucher_offer": "screens.voucher_offer:VoucherOfferScreen",
    "results": "screens.results:ResultsScreen",
    "result": "screens.result:ResultScreen",
    "workflows": "screens.workflows:WorkflowsScreen",
    "workflow": "screens.workflow:WorkflowScreen",
    "workflow_places": "screens.workflow_places:WorkflowPlacesScreen",
    "attached": "screens.attached:AttachedScreen",
    "workflow_step": "screens.workflow_step:WorkflowStepScreen",
    "step_words": "screens.step_words:StepWordsScreen",
    "step_details": "screens.step_details:StepDetailsScreen",
    "step_preview": "screens.step_preview:StepPreviewScreen",
    "mailbox": "screens.mailbox:MailboxScreen",
    "backups": "screens.backups:BackupsScreen",
    "limits": "screens.limits:LimitsScreen",
    "sms_settings": "screens.sms_settings:SmsSettingsScreen",
    "measuring": "screens.measuring:MeasuringScreen",
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

_MEMBERS, _ORDERS, _ADMIN = (Right.MEMBERS,), (Right.ORDERS,), (Right.ADMIN,)
_SEE, _WRITE, _SEND = (Right.MESSAGES_SEE,), (Right.MESSAGES_WRITE,), (Right.MESSAGES_SEND,)
_OF_MEMBERS = "members export member_data member_merge member_merge_preview member_preferences"
_OF_EITHER = "member member_page journal_member"
_OF_IMPORTS = "import import_mapping import_report import_question"
_OF_ORDERS = (
    "orders settle order order_entry distributions distribution distribution_form distribution_copy "
    "distribution_cancel distribution_catalogue recaps recap pickup calls catalogues catalogue products product "
    "promotions promotion"
)
_OF_MESSAGES = "messages message preview channel_preview sending mails delivery came_back step_preview results result"
_OF_WORKFLOWS = "workflows workflow workflow_places attached"
_OF_CALENDAR = "calendar calendar_entry calendar_preview"
_OF_WRITING = (
    "write compose message_details message_files channels voucher_offer test_send workflow_step step_words step_details"
)
_OF_SETTINGS = "group_form operators operator roles role limits measuring backups member_erase"

RIGHTS: dict[str, tuple[Right, ...]] = {
    **dict.fromkeys(("desk", "settings", "me", "journal"), ()),
    **dict.fromkeys(_OF_EITHER.split(), (*_MEMBERS, *_ORDERS)),
    **dict.fromkeys(_OF_IMPORTS.split(), (*_MEMBERS, *_ORDERS, *_WRITE)),
    **dict.fromkeys(_OF_MEMBERS.split(), _MEMBERS),
    **dict.fromkeys(_OF_ORDERS.split(), _ORDERS),
    **dict.fromkeys(_OF_MESSAGES.split(), _SEE),
    **dict.fromkeys(_OF_CALENDAR.split(), _SEE),
    **dict.fromkeys(_OF_WORKFLOWS.split(), _SEE),
    **dict.fromkeys(_OF_WRITING.split(), _WRITE),
    **dict.fromkeys(("send", "schedule"), _SEND),
    "picker": (*_MEMBERS, *_SEE),
    "message_calls": (*_SEE, *_MEMBERS, *_ORDERS),
    "vouchers": (*_ORDERS, *_SEE),
    "mailbox": (*_ADMIN, *_SEE),
    "sms_settings": (*_ADMIN, *_SEE),
    **dict.fromkeys(_OF_SETTINGS.split(), _ADMIN),
}
"""The rights, any of which will do somewhere, that a screen is opened with; none: everybody's."""

EVERYWHERE = frozenset(
    "catalogue distribution_form distribution_copy distribution_cancel message_calls vouchers".split()
)
"""The screens for which the right on some catalogues is not enough."""


class Destination(NamedTuple):
    """A place that F2 and a letter lead to, for who may open it.

    One that is not `listed` has its letter all the same: there is no room for its name, and another place leads there.
    """

    letter: str
    route: str
    label: str
    listed: bool = True

    @property
    def rights(self) -> tuple[Right, ...]:
        """The rights, any of which will do; none: it is everybody's."""
        return RIGHTS[self.route]

    def is_open_to(self, operator: Operator) -> bool:
        """Whether this operator may go there."""
        return not lacking(operator, self.route)

    def is_shown_to(self, operator: Operator) -> bool:
        """Whether it is among the places: to a producer, who only has rights on catalogues, only what is open."""
        return self.is_open_to(operator) or any(catalogue is None for _right, catalogue in operator.grants)


DESTINATIONS = (
    Destination("d", "desk", N_("Desk")),
    Destination("n", "order_entry", N_("New order")),
    Destination("m", "members", N_("Members")),
    Destination("o", "orders", N_("Orders")),
    Destination("p", "distributions", N_("Distributions")),
    Destination("c", "catalogues", N_("Catalogues")),
    Destination("w", "write", N_("Write")),
    Destination("e", "messages", N_("Messages")),
    Destination("g", "sending", N_("Sending")),
    Destination("a", "came_back", N_("Answers")),
    Destination("i", "import", N_("Import")),
    Destination("s", "settings", N_("Settings")),
    Destination("r", "results", N_("Results"), listed=False),
    Destination("f", "workflows", N_("Workflows"), listed=False),
    Destination("v", "calendar", N_("Calendar"), listed=False),
    Destination("x", "mailbox", N_("Mailbox"), listed=False),
    Destination("l", "limits", N_("Limits"), listed=False),
)


def lacking(operator: Operator, route: str) -> tuple[Right, ...]:
    """The rights that opening a screen takes any of, where the operator has none of them; else empty."""
    may = operator.may if route in EVERYWHERE else operator.may_somewhere
    return () if any(map(may, RIGHTS[route])) else RIGHTS[route]


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
