"""The workflows that come with cabas can be used as they are, in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mail import composing
from mail.workflow_templates import named, templates, use
from store import Store
from store.errors import NotFound
from store.mailbox import MailboxSettings
from store.members import Member, Person
from store.orders import Entry
from store.promotion_records import Promotion
from store.workflow_records import Trigger
from templates.words import speaking
from tests.offering import fill


@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_the_ready_workflows_are_the_same_in_every_language_and_can_be_used_as_they_are(timed_store: Store, language):
    store = timed_store
    offering = fill(store)
    today = store.clock.today()
    store.mailbox.set(MailboxSettings("localhost", 25, "none", "amap", "amap@exemple.fr"))
    member = store.members.add(Member((Person("Zoé", "Petit", "zoe@exemple.fr"),)))
    store.orders.record(member, offering.next, [(offering.products["eggs"], 6000)])
    basket = store.orders.open_basket(
        store.members.add(Member((Person("Ana", "Roux", "ana@exemple.fr"),))), offering.next
    )
    store.orders.enter(basket.id, Entry("6 œufs", offering.products["eggs"], 0, 6000))
    store.promotions.add(Promotion(today, today + timedelta(days=9), product_id=offering.products["eggs"], percent=20))
    shapes = [
        [(one.name, [replace(step, subject="", label="", text="", language="") for step in one.steps]) for one in ready]
        for ready in (templates("en"), templates(language))
    ]
    assert shapes[0] == shapes[1]
    for template in templates(language):
        assert len(template.title) <= 40
        assert len(template.says) <= 76
        with speaking(language):
            workflow = store.workflows.get(use(store, template))
        assert (workflow.title, workflow.template) == (template.title, template.name)
        for step in workflow.steps:
            draft = store.messages.get(step.message_id)
            assert draft.language == language
            assert "{{ group }}" in draft.subject
            assert "[" not in draft.text  # nothing is left to be filled in
            if step.trigger in (Trigger.PROMOTION_STARTS, Trigger.PROMOTION_ENDS, Trigger.BASKET):
                continue
            mails = composing.preview(store, step.message_id)
            concerned = {Trigger.CONFIRMED: "Zoé Petit", Trigger.BASKET: "Ana Roux"}.get(step.trigger, "")
            shown = [mail for mail in map(mails.at, range(mails.count)) if concerned in mail.name]
            assert shown
            assert [(mail.problem, mail.wrong) for mail in shown] == [(None, ())] * len(shown)
            assert all("{" not in mail.subject + mail.text for mail in shown)
    assert named(language, "last_call").title == named("en", "Last call").title or language != "en"
    with pytest.raises(NotFound):
        named(language, "nothing")
