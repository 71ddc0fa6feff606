"""What is counted of mails, and for whom: nothing without the group's and everybody's yes, and each thing once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store import Store
from store.delivery_queue import NewDelivery, insert_deliveries
from store.erasing import erase
from store.errors import Invalid
from store.measuring import Measured, MeasuringSettings, keep_links, load_measuring, measured
from store.members import Member
from store.people import Person
from store.preferences import EVERYTHING, suppress
from store.segments import parse

ADDRESS = "https://amap.exemple.fr"
LINK = "https://exemple.fr/plan"


class Posted:
    """One message: a mail to Odette alone, and one to Hélène and François; tokens of sixteen `o` and `h`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.odette, self.home = (
            store.members.get(store.members.add(Member(people)))
            for people in (
                (Person("Odette", "Maréchal", "odette@exemple.fr"),),
                (
                    Person("Hélène", "Le Bihan", "maison@exemple.fr"),
                    Person("François", "Le Bihan", "maison@exemple.fr"),
                ),
            )
        )
        self.message = store.messages.new(parse("everyone"), "La semaine", LINK)
        with store.writing() as t:
            insert_deliveries(t, [self._mail("o", self.odette), self._mail("h", self.home)])
            keep_links(t, self.message, {LINK: 1})
        self.state("sent")

    def _mail(self, letter: str, member: Member) -> NewDelivery:
        address = member.people[0].email
        people = tuple((person.id or 0, member.id or 0) for person in member.people)
        return NewDelivery(
            "message", self.message, address, address, member.name, 0, f"<{letter}>", letter, "amap@exemple.fr", b"x",
            people, measure_token=16 * letter,
        )  # fmt: skip

    def state(self, state: str, letter: str = "") -> None:
        with self.store.writing() as t:
            t.execute("UPDATE deliveries SET state = ? WHERE token LIKE ? || '%'", (state, letter))

    def say(self, *people: Person, allowed: bool = True) -> None:
        for person in people:
            self.store.members.set_preference(person.id or 0, "email", "measured", allowed, "phone")

    def see(self, letter: str, what: Any = "opened") -> int:
        return self.store.measuring.record([(16 * letter, what)])

    @property
    def counted(self) -> Measured:
        with self.store.reading() as t:
            return measured(t, self.message)


@pytest.fixture
def posted(store: Store) -> Posted:
    return Posted(store)


def test_each_person_is_counted_once_for_each_thing_from_a_yes_until_it_is_taken_back(posted: Posted) -> None:
    odette, home = posted.odette.people, posted.home.people
    assert posted.counted == Measured()
    posted.say(*odette, home[0])
    assert posted.see("o") == 0  # the group does not want it
    posted.store.measuring.set(on=True, address=ADDRESS)
    assert [posted.see("h"), posted.see("h", "clicked")] == [0, 0]  # François has not said yes
    posted.say(home[1])
    change = posted.store.change_number()
    assert [posted.see("o"), posted.see("o"), posted.see("o", "clicked"), posted.see("z")] == [1, 0, 1, 0]
    assert posted.store.change_number() == change  # the journal does not tell who reads what
    assert posted.counted == Measured(mails=2, people=3, opened=1, clicked=1)
    assert posted.see("h", "clicked") == 2
    assert posted.counted == Measured(mails=2, people=3, opened=3, clicked=3)
    with posted.store.writing() as t:
        t.execute("DELETE FROM measures WHERE what = 'clicked' AND person_id = ?", (home[0].id,))
    posted.say(home[0], allowed=False)
    assert posted.see("h", "clicked") == 0
    assert posted.counted == Measured(mails=2, people=2, opened=2, clicked=2)
    assert posted.store.measuring.link(16 * "h", 1) == LINK


def test_nothing_is_counted_of_a_mail_that_has_not_gone_out_or_is_read_by_somebody_else_too(posted: Posted) -> None:
    posted.store.measuring.set(on=True, address=ADDRESS)
    posted.say(*posted.odette.people)
    for state in ("ready", "sending", "held", "failed", "bounced"):
        posted.state(state, "o")
        assert (posted.see("o"), posted.counted.people) == (0, 0)
    posted.state("unknown", "o")
    lodger = posted.store.members.add(Member((Person("Yann", "Morel", "Odette@exemple.fr"),)))
    assert posted.see("o") == 0
    posted.store.members.archive(lodger)
    assert posted.see("o") == 1
    with posted.store.writing() as t:
        t.execute("DELETE FROM measures")
        suppress(t, "odette@exemple.fr", EVERYTHING, "stop")
    assert posted.store.measuring.consents() == 0
    assert posted.see("o") == 0


def test_who_is_erased_leaves_nothing_and_the_links_lead_on(posted: Posted) -> None:
    posted.store.measuring.set(on=True, address=ADDRESS)
    posted.say(*posted.odette.people, *posted.home.people)
    assert posted.see("o", "clicked") == 1
    erase(posted.store, posted.odette.id or 0)
    assert posted.see("o") == 0
    assert posted.counted == Measured(mails=1, people=2)
    assert posted.store.measuring.link(16 * "o", 1) == LINK
    assert [posted.store.measuring.link(*asked) for asked in ((16 * "o", 2), (16 * "z", 1), ("o", 1))] == [None] * 3
    assert posted.store.measuring.is_known(16 * "o")
    assert not posted.store.measuring.is_known("o")


def test_it_is_off_as_it_comes_and_needs_an_address_of_the_web_with_https(
    store: Store, act_as: Callable[[str], Store]
) -> None:
    assert store.measuring.get() == MeasuringSettings()
    with pytest.raises(Invalid, match="empty"):
        store.measuring.set(on=True)
    for wrong in (
        "http://amap.exemple.fr", "amap.exemple.fr", "https://", "https://localhost", "https://marie:x@amap.exemple.fr",
        "https://amap.exemple.fr/?a=1", "https://amap.exemple.fr/#a", 'https://amap.exemple.fr/"><b>', "https://[::1",
        "https://amap.exemple.fr:99999", "https://amap exemple.fr", "javascript:alert(1)//a.fr",
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            store.measuring.set(on=True, address=wrong)
        assert (caught.value.field, caught.value.value, caught.value.reason) == ("measuring_address", wrong, "https")
    with pytest.raises(Invalid, match="too_long"):
        store.measuring.set(address=f"https://amap.exemple.fr/{'a' * 100}")
    assert store.measuring.get() == MeasuringSettings()
    kept = store.measuring.set(address=" https://Épicerie.exemple.fr:8443/lettres/ ")
    assert kept == MeasuringSettings(False, "https://xn--picerie-9xa.exemple.fr:8443/lettres")
    assert store.measuring.set(on=True) == MeasuringSettings(True, kept.address)
    with pytest.raises(Invalid):
        store.measuring.set(address="")
    change = store.change_number()
    assert store.measuring.set(on=True, address=kept.address).on
    assert store.change_number() == change
    assert store.journal.entries(limit=1)[0].action == "measuring.changed"
    with store.writing() as t:
        t.execute("""UPDATE settings SET value = '{"on": "yes"}' WHERE key = 'measuring'""")
        assert load_measuring(t) == MeasuringSettings()
