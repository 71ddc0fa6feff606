"""Segments as words: `everyone - ordered(distribution=next)`, `nobody + activation(months=3) + vip & has_mobile`.

`+` adds, `&` keeps only, `-` removes; steps are read from left to right, without precedence. A missing start is
nobody. Parameters stand in brackets, by name or in their order; names with spaces stand in double quotes, in which
`\\"` is a quote and `\\\\` a backslash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from store.errors import Invalid, SegmentError
from store.rule_subjects import Kind
from store.rule_values import from_words, to_words
from store.rules import REGISTRY, Parameter, RuleType, make
from store.segment_steps import MAX_STEPS, Rule, Segment, Start, Step, Value, Verb

SIGNS = {Verb.ADD: "+", Verb.KEEP: "&", Verb.REMOVE: "-"}
STARTS = tuple(start.value for start in Start)
_VERBS = {sign: verb for verb, sign in SIGNS.items()} | dict.fromkeys("−–—", Verb.REMOVE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*")
_BARE = re.compile(r'[^\s,()="&]+')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def words(segment: Segment) -> str:
    """The segment in words that `parse` reads as the same segment."""
    return " ".join([segment.start.value, *(step_words(step) for step in segment.steps)])


def step_words(step: Step) -> str:
    """One step in words: `- ordered(distribution=next)`."""
    return f"{SIGNS[step.verb]} {rule_words(step.rule)}"


def rule_words(rule: Rule) -> str:
    """One rule in words: `activation(months=3)`; one that only a newer cabas knows is its name alone."""
    row = REGISTRY.get(rule.name)
    if row is None or not rule.parameters:
        return rule.name
    kinds = {parameter.name: parameter.kind for parameter in row.parameters}
    given = ", ".join(f"{name}={to_words(kinds[name], value)}" for name, value in rule.parameters)
    return f"{rule.name}({given})"


def parse(text: str) -> Segment:
    """The segment that words stand for; raises `SegmentError`, which says where and what was expected."""
    return _Reader(text).segment()


@dataclass
class _Reader:
    text: str
    at: int = 0

    def segment(self) -> Segment:
        start = Start.NOBODY
        steps: list[Step] = []
        first = True
        while not self.ended():
            verb = _VERBS.get(self.text[self.at])
            if verb is None and not first:
                raise self.error("sign_expected", expected=tuple(SIGNS.values()))
            self.at += verb is not None
            begun = self.at
            rule = self.rule()
            if verb is None and rule.name in STARTS:
                start = Start(rule.name)
            elif len(steps) == MAX_STEPS:
                self.at = begun
                raise self.error("too_many_steps")
            else:
                steps.append(Step(verb or Verb.ADD, rule))
            first = False
        if first:
            raise self.error("rule_expected")
        return Segment(start, tuple(steps))

    def rule(self) -> Rule:
        begun = self.after_spaces()
        name = self.match(_NAME)
        if name is None:
            raise self.error("rule_expected")
        if name.lower() not in REGISTRY:
            self.at = begun
            raise self.error("unknown_rule", word=name, expected=close(name))
        row = REGISTRY[name.lower()]
        values = self.arguments(row) if self.take("(") else {}
        try:
            return make(row.name, **values)
        except Invalid as error:
            self.at = begun
            raise self.error("missing_parameter", word=name, rule=row.name, parameter=error.field) from error

    def arguments(self, row: RuleType) -> dict[str, Value]:
        values: dict[str, Value] = {}
        while not self.take(")"):
            if values and not self.take(","):
                raise self.error("comma_or_bracket_expected", rule=row.name, expected=(",", ")"))
            begun = self.after_spaces()
            parameter = self.parameter(row, values)
            value = self.value(row, parameter)
            if isinstance(value, tuple):
                value = (*values.get(parameter.name, ()), *value)  # type: ignore[misc]
            elif parameter.name in values:
                self.at = begun
                raise self.error("given_twice", rule=row.name, parameter=parameter.name)
            values[parameter.name] = value
        return values

    def parameter(self, row: RuleType, given: dict[str, Value]) -> Parameter:
        """The parameter that is named here, else the first one that has no value yet; one of members takes many."""
        begun = self.after_spaces()
        name = self.match(_NAME)
        if name is not None and self.take("="):
            for parameter in row.parameters:
                if parameter.name == name.lower():
                    return parameter
            self.at = begun
            names = tuple(parameter.name for parameter in row.parameters)
            raise self.error("unknown_parameter", word=name, rule=row.name, expected=names)
        self.at = begun
        for parameter in row.parameters:
            if parameter.name not in given or parameter.kind is Kind.MEMBERS:
                return parameter
        raise self.error("too_many_parameters", rule=row.name)

    def value(self, row: RuleType, parameter: Parameter) -> Value:
        begun = self.after_spaces()
        quoted = self.text[self.at : self.at + 1] == '"'
        text = self.match(_QUOTED if quoted else _BARE)
        if text is None:
            reason = "quote_not_closed" if quoted else "value_expected"
            raise self.error(reason, rule=row.name, parameter=parameter.name)
        try:
            return from_words(parameter.kind, text, quoted=quoted)
        except ValueError as error:
            self.at = begun
            raise self.error(f"not_{parameter.kind}", word=text, rule=row.name, parameter=parameter.name) from error

    def match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.after_spaces())
        if found is None:
            return None
        self.at = found.end()
        return _ESCAPED.sub(r"\1", found[1]) if found.re is _QUOTED else found[0]

    def take(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.after_spaces()):
            return False
        self.at += len(sign)
        return True

    def after_spaces(self) -> int:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at

    def ended(self) -> bool:
        return self.after_spaces() == len(self.text)

    def error(
        self,
        reason: str,
        *,
        word: str | None = None,
        rule: str = "",
        parameter: str = "",
        expected: tuple[str, ...] = (),
    ) -> SegmentError:
        at = self.after_spaces()
        if word is None:
            found = _BARE.match(self.text, at)
            word = found[0] if found else self.text[at : at + 1]
        return SegmentError(at, reason, word, rule, parameter, expected)


def close(name: str) -> tuple[str, ...]:
    """The names of rules that look like `name`, the closest first."""
    begun = [rule for rule in REGISTRY if rule.startswith(name.lower())]
    return tuple(dict.fromkeys([*begun, *get_close_matches(name.lower(), REGISTRY, n=3, cutoff=0.6)]))[:3]
