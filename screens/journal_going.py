"""From a row of the journal to the thing that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from screens.routes import RIGHTS
from store.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from store import Store
    from store.journal import Entry
    from store.rights import Right

Place = tuple[str, dict[str, Any]]
"""A route and what to open it with."""

_ROUTES = {
    "member": "member_page",
    "order": "order",
    "distribution": "distribution",
    "catalogue": "catalogue",
    "producer": "catalogues",
    "product": "product",
    "promotion": "promotions",
    "message": "message",
    "workflow": "workflow",
    "delivery": "delivery",
    "came_back": "came_back",
    "operator": "operator",
}
"""Where a thing of a kind is seen."""

_WHOLE = {
    "limits": "limits",
    "measuring": "measuring",
    "mailbox": "mailbox",
    "sms": "sms_settings",
    "outbox": "sending",
    "inbox": "came_back",
    "backup": "backups",
    "role": "roles",
    "operator": "operators",
    "group": "settings",
    "setting": "settings",
    "members": "members",
    "products": "catalogues",
}
"""Where one sees what is no single thing, by the word before the action's dot."""


def needs_of(entry: Entry) -> tuple[Right, ...]:
    """The rights, any of which will do, to look at the thing that a row is about."""
    return RIGHTS.get(_ROUTES.get(entry.kind, ""), ())


def place_of(store: Store, entry: Entry) -> Place | None:
    """What to open for the thing that a row is about; None where it is gone, or was never a thing. Reads the file."""
    try:
        found = _of_thing(store, entry)
    except (NotFound, NotAllowed):  # gone, or another producer's
        return None
    if found is None and (route := _WHOLE.get(entry.action.partition(".")[0])) is not None:
        found = (route, {})
    return found


def _of_thing(store: Store, entry: Entry) -> Place | None:
    id_ = entry.subject_id
    if entry.action == "role.changed":
        return "role", {"role": str(entry.detail.get("role", ""))}
    if id_ is None:
        return None if entry.member_id is None else ("member_page", {"member_id": entry.member_id})
    if entry.kind == "member":
        return "member_page", {"member_id": store.members.get(id_).id}
    if entry.kind == "order":
        return _of_order(store, entry)
    if entry.kind == "distribution":
        return "distribution", {"distribution_id": store.distributions.get(id_).id}
    if entry.kind == "catalogue":
        return "catalogue", {"catalogue_id": store.catalogues.get(id_).id}
    if entry.kind == "product":
        return "product", {"product_id": store.catalogues.product(id_).id}
    if entry.kind == "promotion":
        return "promotions", {"promotion_id": store.promotions.get(id_).id}
    if entry.kind == "producer":
        return "catalogues", {}
    if entry.kind == "message":
        step_id = store.messages.get(id_).workflow_step_id
        if step_id is not None:
            return "workflow", {"workflow_id": store.workflows.of_step(step_id).id}
        return "message", {"message_id": id_}
    if entry.kind == "workflow":
        return "workflow", {"workflow_id": store.workflows.get(id_).id}
    if entry.kind == "delivery":
        store.deliveries.story(id_)
        return "delivery", {"delivery_id": id_}
    if entry.kind == "operator":
        login = next((one.login for one in store.operators.all(gone=True) if one.id == id_), None)
        return None if login is None else ("operator", {"login": login})
    return ("came_back", {}) if entry.kind == "came_back" else None


def _of_order(store: Store, entry: Entry) -> Place | None:
    """The order, where it is still that member's; else the member, whose basket it was."""
    try:
        order = store.orders.get(entry.subject_id or 0)
    except NotFound:
        order = None
    if order is not None and entry.member_id is not None:
        kept = store.members.get(entry.member_id).id
        if store.members.get(order.member_id).id == kept:
            return "order", {"order_id": order.id}
    return None if entry.member_id is None else ("member_page", {"member_id": entry.member_id})
