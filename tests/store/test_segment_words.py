"""Segments in words: nothing is lost on the way there and back, and a mistake is pointed at."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screens.errors import words_for
from store.errors import SegmentError
from store.rules import REGISTRY, make
from store.segments import Kind, Segment, Start, Step, Verb, parse, words

texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1).filter(str.strip)
ids = st.integers(1, 2**53)
days = st.dates().map(str)
VALUES = {
    Kind.MONTHS: st.integers(1, 1200),
    Kind.NUMBER: ids,
    Kind.MONEY: ids,
    Kind.DATE: days,
    Kind.DISTRIBUTION: st.one_of(ids, days, st.sampled_from(["next", "last"])),
    Kind.MEMBERS: st.lists(ids, min_size=1).map(tuple),
}


def rules(name: str):
    row = REGISTRY[name]
    required, optional = {}, {}
    for parameter in row.parameters:
        reference = parameter.kind in (Kind.CATALOGUE, Kind.PRODUCT, Kind.MESSAGE)
        values = VALUES.get(parameter.kind, st.one_of(ids, texts) if reference else texts)
        (optional if parameter.optional and name != "joined" else required)[parameter.name] = values
    return st.fixed_dictionaries(required, optional=optional).map(lambda given: make(name, **given))


any_rule = st.sampled_from(list(REGISTRY)).flatmap(rules)
any_segment = st.builds(
    Segment,
    st.sampled_from(Start),
    st.lists(st.builds(Step, st.sampled_from(Verb), any_rule), max_size=5).map(tuple),
)


@given(any_segment)
@settings(max_examples=120)
def test_words_and_json_lose_nothing(segment: Segment):
    assert parse(words(segment)) == segment
    assert Segment.from_json(segment.to_json()) == segment


@given(st.text(alphabet='vip everyone()+-&,="\\ ordered next 3\n', max_size=40))
@settings(max_examples=120)
def test_any_text_is_a_segment_or_a_mistake_in_it(text: str):
    read = segment_or_mistake(text)
    if isinstance(read, Segment):
        assert parse(words(read)) == read
    else:
        assert text[read.position :].startswith(read.word)
        assert 0 <= read.position <= len(text)
        assert "{" not in words_for(read)


def segment_or_mistake(text: str) -> Segment | SegmentError:
    try:
        return parse(text)
    except SegmentError as error:
        return error


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("everyone - ordered(distribution=next)", "everyone - ordered(distribution=next)"),
        ("nobody + activation(months=3) + vip & has_mobile", "nobody + activation(months=3) + vip & has_mobile"),
        ("vip", "nobody + vip"),
        ("- vip", "nobody - vip"),
        ("Everyone−VIP", "everyone - vip"),
        ("everyone – vip — no_email", "everyone - vip - no_email"),
        ("activation(3)&joined(until=2026-01-01)", "nobody + activation(months=3) & joined(until=2026-01-01)"),
        ("member(3, 1,2)", "nobody + member(ids=1, 2, 3)"),
        ('subscribers("Légumes du Gué")', 'nobody + subscribers(catalogue="Légumes du Gué")'),
        ('subscribers("12")', 'nobody + subscribers(catalogue="12")'),
        ("subscribers(12)", "nobody + subscribers(catalogue=12)"),
        ('tag("a \\"b\\" c")', 'nobody + tag(name="a \\"b\\" c")'),
        ("spent(12.5)", "nobody + spent(at_least=12.50)"),
        ("everyone - everyone + nobody", "everyone - everyone + nobody"),
    ],
)
def test_what_is_typed_is_read_from_left_to_right(typed: str, meant: str):
    assert words(parse(typed)) == meant


@pytest.mark.parametrize(
    ("typed", "position", "reason", "said"),
    [
        ("", 0, "rule_expected", "a rule is expected here"),
        ("vip + ", 6, "rule_expected", "a rule is expected here"),
        ("everyone - activasion(3)", 11, "unknown_rule", "Possible: activation, reactivation."),
        ("vip vip", 4, "sign_expected", "+ (add), & (keep only) or - (remove) is expected"),
        ("everyone - ordered", 11, "missing_parameter", "ordered needs distribution"),
        ("ordered(nxt)", 8, "not_distribution", "next, last, a day as 2026-11-26"),
        ("activation(months=trois)", 18, "not_months", "a number of months is expected"),
        ("activation(month=3)", 11, "unknown_parameter", "Possible: months."),
        ("activation(3, months=4)", 14, "given_twice", "months is given twice"),
        ("activation(3, 4)", 14, "too_many_parameters", "activation takes no more"),
        ("ordered(next", 12, "comma_or_bracket_expected", "character 13 (the end): a comma or a closing bracket"),
        ("ordered(next vip)", 13, "comma_or_bracket_expected", "a comma or a closing bracket is expected."),
        ("subscribers()", 0, "missing_parameter", "subscribers needs catalogue"),
        ('tag("x', 4, "quote_not_closed", 'the closing " is missing'),
        ("joined(since=2026-02-30)", 13, "not_date", "a day is expected"),
        ("joined()", 0, "missing_parameter", "joined needs since"),
        ("spent(abc)", 6, "not_money", "a sum is expected"),
        ("spent(1e999999999)", 6, "not_money", "a sum is expected"),
        ("member(x)", 7, "not_members", "the numbers of members are expected"),
        ("vip + " * 60 + "vip", 360, "too_many_steps", "60 steps at most"),
    ],
)
def test_a_mistake_says_where_it_is_and_what_could_stand_there(typed: str, position: int, reason: str, said: str):
    with pytest.raises(SegmentError) as caught:
        parse(typed)
    assert (caught.value.position, caught.value.reason) == (position, reason)
    assert f"character {position + 1} " in words_for(caught.value)
    assert said in words_for(caught.value)
