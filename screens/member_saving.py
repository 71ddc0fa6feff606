"""Reading a member for the form, and writing the form down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.member_form import Fields, fields_of

if TYPE_CHECKING:
    from store import Store
    from store.people import Member


def load(store: Store, member_id: int, *, preferences: bool) -> tuple[Member, Fields]:
    """The member and what the form shows of it; without `preferences` they are not looked up."""
    member = store.members.get(member_id)
    news = []
    for person in member.people if preferences else ():
        assert person.id is not None
        refused = [p for p in store.members.preferences(person.id) if (p.channel, p.kind) == ("email", "targeted")]
        news.append(all(p.allowed for p in refused))
    return member, fields_of(member, tuple(news))


def save_member(store: Store, member: Member, news: list[bool], before: list[bool], *, only_news: bool = False) -> int:
    """Write a member and what its people said of news; returns the id."""
    if member.id is None:
        member_id = store.members.add(member)
    else:
        member_id = member.id
        if not only_news:
            store.members.save(member)
    if news != before:
        for person, wanted, known in zip(store.members.get(member_id).people, news, before, strict=False):
            if wanted != known and person.id is not None:
                store.members.set_preference(person.id, "email", "targeted", wanted, "operator")
    return member_id
