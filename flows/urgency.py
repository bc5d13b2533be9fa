"""Tells from the answers how urgent a case is, by the rules of `urgency.yaml` (DOMAIN.md section 5).

Laws: pure; rules only raise, so that skipping a question or not knowing never makes a case less urgent; what a rule looks at is
the answers and the confirmed risks, never the reporter's words. The reason of a finding is the rule's code, which may stand in a
plain column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flows import yamlfile
from flows.conditions import LEVELS, AnswerValue, Condition, ConditionUnknown, Facts, read_condition
from flows.errors import ScriptBroken

_FILE: Final = "urgency.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A level of urgency, and the code of the rule that found it."""

    level: str
    reason: str

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"{self.level!r} is no level of urgency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When its condition holds, the finding is true; `source` says on whose practice it rests."""

    finding: Finding
    source: str
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyRules:
    """All rules; `together` is what several findings of one level amount to, `otherwise` what holds when nothing else does."""

    rules: tuple[Rule, ...]
    together: Finding
    together_of: str
    together_count: int
    otherwise: Finding

    @classmethod
    def load(cls) -> "UrgencyRules":
        """Read `urgency.yaml`; `ScriptBroken` says what is wrong with it."""
        try:
            return cls.read(yamlfile.read(_FILE))
        except (KeyError, TypeError, ValueError, ConditionUnknown) as error:
            raise ScriptBroken(_FILE, (repr(error),)) from None

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "UrgencyRules":
        """Turn the parsed document into rules; a rule without a source is refused (KeyError)."""
        together = document["together"]
        rules = tuple(
            Rule(finding=_finding(shape), source=shape["source"], when=read_condition(shape["if"])) for shape in document["rules"]
        )
        codes = [rule.finding.reason for rule in rules]
        if len(set(codes)) != len(codes):
            raise ValueError("a code stands there twice")
        return cls(
            rules=rules,
            together=_finding(together),
            together_of=together["of"],
            together_count=together["count"],
            otherwise=_finding(document["otherwise"]),
        )

    def assess(self, answers: Mapping[str, AnswerValue], facts: Facts) -> tuple[Finding, ...]:
        """Give every finding that holds, most urgent first; there is always one."""
        facts = replace(facts, answers=answers)
        found = [rule.finding for rule in self.rules if rule.when.holds(facts)]
        if sum(finding.level == self.together_of for finding in found) >= self.together_count:
            found.append(self.together)
        return tuple(sorted(found or [self.otherwise], key=lambda finding: LEVELS.index(finding.level)))


def _finding(shape: Mapping[str, Any]) -> Finding:
    return Finding(level=shape["level"], reason=shape["code"])
