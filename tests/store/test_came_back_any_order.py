"""Whatever comes back, twice and in any order: the states are those that a plain reading of all of it gives."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import Store
from store.came_back_counts import open_count
from store.came_back_records import Kind
from store.people import Member
from tests.store.conftest import Hands
from tests.store.posted import FRANCOIS, ODETTE, email_states, household, note, post, state_of
from tests.store.twins import dump

COUPLE = "couple@exemple.fr"
ADDRESSES = (ODETTE, FRANCOIS, COUPLE)

sendings = st.lists(
    st.tuples(st.sampled_from(("targeted", "opening", "last_call")), st.sets(st.sampled_from(range(3)), min_size=1)),
    min_size=1,
    max_size=5,
)
returns = st.lists(st.tuples(st.sampled_from(Kind), st.integers(0, 14), st.integers(0, 2)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sendings=sendings, returns=returns, again=st.randoms())
def test_states_are_as_a_plain_reading_says(new_file: Path, hands: Hands, sendings, returns, again) -> None:
    with TemporaryDirectory(dir=new_file.parent) as folder:
        store = Store(Path(shutil.copy(new_file, Path(folder) / "group.cabas")), "marie", hands)
        homes = [household(store, ODETTE), household(store, FRANCOIS), household(store, COUPLE, COUPLE)]
        mails: list[tuple[int, str, int]] = []  # the mail, its message's kind, whose
        for kind, to in sendings:
            chosen = sorted(to)
            posted = post(store, *(homes[i] for i in chosen), kind=kind)
            mails += ((mail, kind, who) for mail, who in zip(posted, chosen, strict=True))
        waiting = {
            (kind, who): mail
            for kind in ("targeted", "opening")
            for who, mail in enumerate(post(store, *homes, kind=kind, state="ready"))
        }
        came = [(kind, *mails[which % len(mails)], copy) for kind, which, copy in returns]
        for kind, mail, _topic, _who, copy in came:
            note(store, kind, mail, digest=f"{kind} {mail} {copy}")
        again.shuffle(came)
        for kind, mail, _topic, _who, copy in came:
            assert note(store, kind, mail, digest=f"{kind} {mail} {copy}") is None
        _check(store, homes, mails, waiting, came)
        store.close()


def _check(store: Store, homes: list[Member], mails, waiting, came) -> None:
    kinds: dict[int, set[Kind]] = {mail: set() for mail, _topic, _who in mails}
    for kind, mail, _topic, _who, _copy in came:
        kinds[mail].add(kind)
    for mail, back in kinds.items():
        hard, soft = Kind.HARD in back, Kind.SOFT in back
        expected = ("bounced", "bounced") if hard else ("bounced", "bounced_soft") if soft else ("sent", "")
        assert state_of(store, mail) == expected
    for who, home in enumerate(homes):
        mine = [kinds[mail] for mail, _topic, whose in mails if whose == who]
        ended = any(Kind.HARD in back for back in mine) or (
            len(mine) >= 3 and all(back & {Kind.HARD, Kind.SOFT} for back in mine[-3:])
        )
        assert set(email_states(store, home)) == {"bounced" if ended else "has"}
        stopped = {topic for kind, _mail, topic, whose, _copy in came if whose == who and kind is Kind.STOP}
        for person in home.people:
            wishes = store.members.all_preferences(person.id or 0)
            assert {wish.kind for wish in wishes if wish.stopped and wish.channel == "email"} == stopped
        for topic in ("targeted", "opening"):
            held = ("held", "opted_out") if topic in stopped else ("held", "bounced") if ended else ("ready", "")
            assert state_of(store, waiting[topic, who]) == held
    asked = {(kind, mail, copy) for kind, mail, _topic, _who, copy in came}
    assert open_count(store) == sum(kind in (Kind.UNCLEAR, Kind.STOP_WORD) for kind, _mail, _copy in asked)
    assert len(store.came_back.list()) == len(asked)


said_before = st.dictionaries(st.integers(0, 2), st.sampled_from(("by phone", "stop", "all", "bounced")))
decisions = st.lists(
    st.tuples(st.sampled_from((Kind.UNCLEAR, Kind.STOP_WORD)), st.integers(0, 2)), min_size=1, max_size=3, unique=True
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=said_before, decisions=decisions)
def test_a_decision_that_is_taken_back_leaves_nothing(new_file: Path, hands: Hands, said, decisions) -> None:
    with TemporaryDirectory(dir=new_file.parent) as folder:
        store = Store(Path(shutil.copy(new_file, Path(folder) / "group.cabas")), "marie", hands)
        homes = [household(store, ODETTE), household(store, FRANCOIS), household(store, COUPLE, COUPLE)]
        mails = post(store, *homes)
        post(store, *homes, state="ready")
        for who, how in said.items():
            person = homes[who].people[0].id or 0
            if how == "bounced":
                note(store, Kind.HARD, post(store, homes[who])[0])
            elif how == "all":
                store.came_back.stop(ADDRESSES[who], "all")
            else:
                store.members.set_preference(person, "email", "targeted", False, how)
        ids = [noted.id for kind, who in decisions if (noted := note(store, kind, mails[who], ADDRESSES[who]))]
        before = _state(store)
        for came_id, (kind, _who) in zip(ids, decisions, strict=True):
            store.came_back.accept(came_id, "hard" if kind is Kind.UNCLEAR else "stop")
        for came_id in reversed(ids):
            store.came_back.reopen(came_id)
        assert _state(store) == before
        store.close()


def _state(store: Store) -> dict[str, list[dict[str, object]]]:
    """All that is stored, but what is only ever added to."""
    return {table: rows for table, rows in dump(store).items() if table != "attempts"}
