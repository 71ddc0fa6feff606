"""What workflows send is counted as any message is: for who said yes, and with links of its own each time."""

from __future__ import annotations

from mail.automatic import queue_automatic
from store.measuring import Measured, measured
from tests.mail.flows import SUNDAY_EVENING, Week, last_call
from tests.store.conftest import Hands

PAGE = "https://exemple.fr/catalogue"


def test_a_mail_of_a_workflow_is_counted_for_who_said_yes(week: Week, hands: Hands) -> None:
    store = week.store
    store.measuring.set(on=True, address="https://amap.exemple.fr")
    reader = store.members.get(week.members[1]).people[0]
    store.members.set_preference(reader.id or 0, "email", "measured", True, "form")
    week.attach(last_call(f"Bonjour {{{{ first_name }}}}, [le catalogue]({PAGE})"))
    hands.at = SUNDAY_EVENING
    (went,) = queue_automatic(store)
    message = went.occurrence.message_id or 0
    with store.writing() as t:
        rows = t.all("SELECT address, measure_token FROM deliveries WHERE message_id = ?", (message,))
        t.execute("UPDATE deliveries SET state = 'sent'")
    (token,) = [row["measure_token"] for row in rows if row["measure_token"]]
    assert [row["address"] for row in rows if row["measure_token"]] == [reader.email]
    assert len(rows) == 4
    assert store.measuring.links(message) == {1: PAGE}
    assert store.measuring.record([(token, "clicked")]) == 1
    with store.reading() as t:
        assert measured(t, message) == Measured(mails=1, people=1, opened=1, clicked=1)
