"""A group with something of everything, an operator for each right, and arguments for every way into the store."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from mail.lock import Busy
from mail.mailbox import MailboxFault
from mail.password import PasswordError
from mail.workflow_templates import templates, use
from store import Store
from store.came_back_records import Kind as CameBackAs
from store.came_back_records import Note
from store.catalogue_editing import ProducerForm
from store.errors import NotAllowed, StoreError
from store.exchange.export_folder import Export
from store.exchange.member_export import export_members
from store.exchange.order_export import export_orders
from store.exchange.product_export import export_products
from store.exchange.tables import ImportFile
from store.journal import Wanted
from store.mailbox import MailboxSettings
from store.merging import merge
from store.messages import MessageState
from store.orders import Entry
from store.people import Member, Person
from store.promotions import Promotion
from store.rights import Right
from store.rule_subjects import Kind
from store.segments import parse
from store.vouchers import Offer
from store.workflow_records import NewStep, Place, Scope, Trigger
from tests import known_member, offering
from tests.store.posted import post

DAY = date(2026, 12, 17)
EVERY_DAY = Place(Scope.DISTRIBUTIONS)
PRODUCER, NOBODY = "rigaud", "nobody"


SECRETS = {
    "operator": "chief@exemple.org", "e-mail": "guerinois@exemple.fr", "address": "Tulipiers", "notes": "Allergique",
    "order": "laisser chez", "message": "Pâques",
}  # fmt: skip
"""Words that stand in the example, by what they are: who sees them may see that."""


def login(right: Right) -> str:
    """Who has this right, and no other."""
    return f"only.{right.value}"


def fill(store: Store) -> dict[str, Any]:
    """Fill a group's file as its admin; what is in it, by the names that parameters have."""
    sold = offering.fill(store)
    store.mailbox.set(MailboxSettings("localhost", 1, "none", "amap", "amap@exemple.fr"))
    member_id = known_member.fill(store, sold)
    _let_in(store, sold.catalogues["poultry"])
    twins = [store.members.add(Member((Person("Zoé", "Petit", f"zoe{n}@exemple.fr"),))) for n in (1, 2)]
    return {
        "member_id": member_id, "ids": (member_id,), "person_id": store.members.get(member_id).people[0].id,
        "keep_id": twins[0], "other_id": twins[1], "paul": sold.members["paul"],
        "merge_id": merge(store, sold.members["yves"], store.members.add(Member((Person("Y", "Le Bihan"),)))),
        "segment_id": store.segments.saved()[0].id,
        **_orders(store, sold), **_messages(store, store.members.get(member_id)), **_workflows(store),
        **_vouchers(store, sold.members["paul"], sold.next),
        "member": store.members.get(member_id),
        "members_csv": export_members(store, "csv").content,
        "products_csv": export_products(store).content,
        "orders_csv": export_orders(store, sold.next).content,
    }  # fmt: skip


def _let_in(store: Store, catalogue_id: int) -> None:
    roles = {role.name: role.rights for role in store.operators.roles()}
    for right in Right:
        store.operators.add(login(right), right.value, "treasurer")
        taken = [(one, None) for one in roles["treasurer"]]
        store.operators.set_rights(login(right), take=taken, give=[(right, None)])
    store.operators.add(NOBODY, "Nobody", "writer")
    store.operators.set_rights(NOBODY, take=[(one, None) for one in roles["writer"]])
    store.operators.add(PRODUCER, "Rigaud", "producer", catalogues=[catalogue_id])
    store.operators.add("left", "Left", "writer")
    store.operators.remove("left")
    store.operators.describe(login(Right.ADMIN), email=SECRETS["operator"])


def _orders(store: Store, sold: offering.Offering) -> dict[str, Any]:
    poultry, chicken = sold.catalogues["poultry"], sold.products["chicken"]
    odette, paul = sold.members["odette"], sold.members["paul"]
    store.orders.record(paul, sold.past, [(chicken, 2000)])
    basket = store.orders.open_basket(paul, sold.next)
    store.orders.enter(basket.id, Entry("1 poul", chicken, 0, 1000))
    later, cancelled = (
        store.distributions.add(day, "18:00", "19:30", "Treillières", list(sold.catalogues.values()))
        for day in (DAY, DAY + timedelta(days=14))
    )
    store.distributions.cancel(cancelled, store.distributions.get(cancelled).version, "ill")
    promotion = Promotion(date(2026, 11, 21), DAY, product_id=chicken, percent=10)
    return {
        "promotion_id": (number := store.promotions.add(promotion)), "promotion": store.promotions.get(number),
        "catalogue_id": poultry, "catalogue_ids": [poultry], "producer_id": store.catalogues.get(poultry).producer_id,
        "product_id": chicken, "product_ids": [chicken], "distribution_id": sold.next, "past": sold.past,
        "later": later, "cancelled": cancelled, "basket_id": basket.id,
        "order_id": store.orders.record(odette, sold.next, [(chicken, 1000)]).order_id,
    }  # fmt: skip


def _vouchers(store: Store, paul: int, distribution_id: int) -> dict[str, Any]:
    """One that is good for nothing yet, and one on an open basket."""
    codes = ("K7PA-3MXD", "PAW7-3MXD")
    with store.writing() as t:
        loose, on = (
            t.insert(
                "vouchers", member_id=paul, code=code, amount=100, currency="EUR", made_at=t.stamp, state_at=t.stamp
            )
            for code in codes
        )
    basket = store.orders.look(paul, distribution_id)
    store.vouchers.put_on(basket.id, codes[1])
    return {"loose_voucher": loose, "voucher_id": on}


def _messages(store: Store, member: Member) -> dict[str, Any]:
    draft, kept = (store.messages.new(parse("everyone"), subject, "Bonjour") for subject in ("Noël", "Pâques"))
    store.messages.schedule(kept, datetime(2026, 12, 1, 9, 0))
    doubtful, ready, over = (post(store, member, state=state, title=state)[0] for state in ("unknown", "ready", "sent"))
    messages = {row.title: row.id for row in store.messages.all(MessageState.QUEUED)}
    store.came_back.note(Note("hard", CameBackAs.HARD, store.stamp(), known_member.HELENE, over, "5.1.1"))
    with store.writing() as t:
        t.execute(
            "UPDATE recipients SET reach = 'unreachable', channel = 'call' WHERE message_id = ?", (messages["ready"],)
        )
    store.came_back.dismiss(1)
    return {
        "message_id": draft, "kept": kept, "queued": messages["ready"], "over": messages["sent"],
        "delivery_id": doubtful, "which": doubtful, "ready": ready, "came_id": 2,
        "message": store.messages.get(draft),
        "file_id": store.messages.attach(draft, "plan.txt", b"left, then right").id,
        "starter_id": store.messages.keep_starter("Own", draft),
    }  # fmt: skip


def _workflows(store: Store) -> dict[str, Any]:
    loose = use(store, templates("en")[0])
    attached = use(store, templates("en")[1])
    store.workflows.attach(attached, EVERY_DAY)
    step = store.workflows.get(loose).steps[0]
    store.workflows.add_step(attached, NewStep(Trigger.DISTRIBUTION))
    coming, skipped = store.occurrences.coming(60)[:2]
    store.occurrences.skip(skipped.step.id, skipped.key)
    return {
        "workflow_id": loose, "attached": attached, "step_id": step.id, "first_step": step,
        "occurrence": coming, "occurrences": [coming], "skipped": skipped,
    }  # fmt: skip


def _file(world: dict[str, Any], kind: str) -> ImportFile:
    return ImportFile(Path(f"{kind}.csv"), world[f"{kind}_csv"])


def outcome(acting: Store, door: str, call: Callable[..., Any], world: dict[str, Any]) -> tuple[str, str]:
    """What comes of it: "refused" for want of a right, "done", or the fault that came instead; and what is told."""
    given = arguments(door, call, world)
    try:
        told = call(acting, **given)
    except NotAllowed:
        return "refused", ""
    except (StoreError, MailboxFault, PasswordError, Busy) as error:
        return repr(error), repr(error)
    content = told if isinstance(told, bytes) else getattr(told, "content", b"")
    return "done", repr(told) + content.decode(errors="replace")


def _time(name: str) -> dict[str, Callable[[dict[str, Any]], Any]]:
    return {"step_id": lambda world: world[name].step.id, "key": lambda world: world[name].key}


def arguments(door: str, call: Callable[..., Any], world: dict[str, Any]) -> dict[str, Any]:
    """What to call it with: what the group has, by the names of its parameters, or what is said of this door."""
    special = SPECIAL.get(door, {})
    given = {name: value(world) if callable(value) else value for name, value in special.items()}
    for name, parameter in inspect.signature(call).parameters.items():
        if name in ("self", "store", *given) or parameter.kind is parameter.VAR_KEYWORD:
            continue
        if parameter.default is parameter.empty:
            given[name] = world[name] if name in world else PLAIN[name]
    return given


PLAIN: dict[str, Any] = {
    "text": "noel", "tag": "potagère", "on": True, "name": "Un nom", "segment": parse("vip"),
    "version": 1, "day": DAY, "first": DAY, "every": 7, "count": 2, "starts_at": "18:00",
    "ends_at": "19:30", "place": "Treillières", "note": "", "reason": "ill", "state": "called",
    "as_": "sent", "channel": "email", "kind": "targeted", "allowed": True, "source": "phone",
    "wanted": {("email", "targeted"): False}, "who": "zoe@exemple.fr", "topic": "all", "what": "stop", "where": "INBOX",
    "account": "amap@localhost", "folder": "INBOX", "uidvalidity": 1, "last_uid": 1, "outcome": "ok",
    "identities": ("bureau@exemple.fr",), "key": "rights.world", "value": 1, "form": "csv", "rows": 1, "since": "",
    "price": 100, "step": 1, "currency": "EUR", "opens": None, "closes": None, "stock": 5000,
    "producer": ProducerForm(values={"name": "Une ferme"}), "values": {}, "lines": ["1 poul"], "content": b"left",
    "wall": datetime(2026, 12, 1, 9, 0), "send_before": None, "inline": False, "typed": {"a": "b"},
    "login": NOBODY, "role": "writer", "rights": (Right.MEMBERS,), "path": Path("copy.cabas"),
    "weights": {}, "code": "K7PA-3MXD", "offer": Offer("EUR", amount=500),
}  # fmt: skip
"""Values for parameters that name nothing of the group, by their names."""

SPECIAL: dict[str, dict[str, Any]] = {
    "operators.add": {"login": "anne"},
    "operators.note_key": {"fingerprint": "SHA256:abc"},
    "operators.bring_back": {"login": "left"},
    "operators.forget_role": {"name": "writer"},
    "operators.save": {"said": {"name": "Nicole"}},
    "members.resolve": {"text": "Le Bihan"},
    "catalogues.resolve": {"text": "Volailles"},
    "catalogues.resolve_product": {"text": "POUL"},
    "distributions.resolve": {"text": "next"},
    "distributions.restore": {"distribution_id": lambda world: world["cancelled"]},
    "distributions.duplicate": {"days": [DAY + timedelta(days=7)]},
    "distributions.withdraw": {"distribution_id": lambda world: world["later"]},
    "orders.change": {"wanted": lambda world: {world["product_id"]: 2000}, "short": True},
    "orders.channel": {"channel": "pickup"},
    "orders.enter": {"entry": lambda world: Entry("2", world["product_id"], 1000, 2000)},
    "orders.move": {"distribution_id": lambda world: world["later"], "short": True},
    "orders.record": {"member_id": lambda world: world["paul"], "lines": lambda world: [(world["product_id"], 1000)]},
    "vouchers.cancel": {"voucher_id": lambda world: world["loose_voucher"]},
    "vouchers.cancel_open": {"message_id": lambda world: world["over"]},
    "vouchers.put_on": {"order_id": lambda world: world["basket_id"]},
    "vouchers.take_off": {"order_id": lambda world: world["basket_id"]},
    "lists.tell": {"kind": "recap", "way": "file"},
    "segments.named": {"name": "Voisins"},
    "segments.read": {"text": "vip"},
    "segments.choices": {"kind": Kind.TAG},
    "occurrences.get": _time("occurrence"),
    "mail.automatic:send_now": _time("occurrence"),
    "mail.automatic_look:beyond_limits": {"mails": 1},
    "mail.automatic_look:look_at_occurrence": _time("occurrence"),
    "occurrence_subjects:occurrence_of": {"occurrence_id": 1},
    "occurrences.skip": _time("occurrence"),
    "occurrences.unskip": _time("skipped"),
    "workflows.resolve": {"text": "Last call"},
    "workflows.new": {"title": "Another"},
    "workflows.duplicate": {"title": "Another"},
    "workflows.rename": {"title": "Another"},
    "workflows.add_step": {"step": NewStep(Trigger.OPENS)},
    "workflows.move_step": {"by": 1},
    "workflows.save_step": {"step": lambda world: world["first_step"]},
    "workflows.attach": {"place": EVERY_DAY},
    "workflows.detach": {"workflow_id": lambda world: world["attached"], "place": EVERY_DAY},
    "workflows.exempt": {"exempted": True},
    "workflows.pause": {"paused": True},
    "workflows.idle": {"place": EVERY_DAY},
    "workflows.at_place": {"place": EVERY_DAY},
    "mail.workflow_templates:use": {"template": lambda world: templates("en")[2]},
    "messages.archive": {"message_id": lambda world: world["over"]},
    "messages.cancel": {"message_id": lambda world: world["queued"]},
    "messages.keep_starter": {"label": "Another"},
    "deliveries.hold": {"which": lambda world: world["ready"]},
    "deliveries.release": {"which": "all"},
    "deliveries.retry": {"which": 1},
    "messages.mark_call": {"message_id": lambda world: world["queued"]},
    "results.of": {"message_id": lambda world: world["queued"]},
    "results.recipients": {"message_id": lambda world: world["queued"]},
    "exchange.results_export:export_results": {"message_id": lambda world: world["queued"], "form": "csv"},
    "exchange.results_export:export_result_recipients": {"message_id": lambda world: world["queued"], "form": "csv"},
    "messages.unschedule": {"message_id": lambda world: world["kept"]},
    "came_back.note": {"note": lambda world: Note("digest", CameBackAs.HARD, "", "", world["delivery_id"])},
    "came_back.reopen": {"came_id": 1},
    "members.swap": {"version": lambda world: world["member"].version},
    "measuring.link": {"token": "abcdefgh234567ab", "number": 1},
    "measuring.is_known": {"token": "abcdefgh234567ab"},
    "measuring.record": {"seen": [("abcdefgh234567ab", "opened")]},
    "mailbox.set": {"settings": MailboxSettings("localhost", 25, "none", "amap", "amap@exemple.fr")},
    "colleagues:who_changed": {"kind": "member", "subject_id": None, "since": 0},
    "exchange.journal_export:export_journal": {"wanted": Wanted(), "words": lambda world: str},
    "exchange.export_folder:write_export": {"export": Export("members.csv", b"", 0)},
    "exchange.members:import_members": {"file": lambda world: _file(world, "members")},
    "exchange.messages:import_messages": {
        "file": lambda world: ImportFile(Path("old.csv"), b"date,label,sent\n2024-03-05,Old,1")
    },
    "exchange.orders:import_orders": {"file": lambda world: _file(world, "orders")},
    "exchange.products:import_products": {"file": lambda world: _file(world, "products")},
    "mail.attachable:read_attachable": {"path": lambda world: world["a_file"]},
    "handing:hand_over": {"channel": "letter"},
    "mail.channel_preview:ChannelPreview": {"channel": "letter"},
    "mail.channel_preview:channel_preview": {"channel": "letter"},
    "mail.calls:words_for_call": {"message_id": lambda world: world["queued"]},
    "mail.inbox:read_inbox": {"secret": lambda world: str},
    "mail.letters:read_letters": {"right": Right.MESSAGES_SEE},
    "mail.outbox:run": {"password": lambda world: str},
    "mail.schedule:obstacle": {"message_id": lambda world: world["kept"]},
    "mail.recaps:queue_recap": {"kind": "recap"},
    "mail.recaps:recap_mail": {"kind": "recap"},
    "mail.sent_folder:look_up": {"secret": lambda world: str},
    "mail.sheets:export_list": {"what": "pickup", "form": "txt"},
    "mail.trials:queue_tests": {"addresses": ("marie@exemple.fr",)},
    "exchange.recognising:look": {"file": lambda world: _file(world, "members")},
    "exchange.recognising:table_to_map": {"file": lambda world: _file(world, "members"), "kind": "members"},
}
"""What some doors are called with besides; what is callable is asked with the world."""
