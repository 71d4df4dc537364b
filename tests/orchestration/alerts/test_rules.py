"""The rules say what section 7 of the specification says, word for word; ``data/section_7.md`` is a copy of 7.1 to 7.4."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from contract.reference import Reference
from orchestration.alerts import business
from orchestration.alerts.documentation import PAGE, with_table
from orchestration.alerts.rules import AlertRule, AlertRules

SECTION = (Path(__file__).parent / "data" / "section_7.md").read_text(encoding="utf-8")
RULES = Reference().table(AlertRules)
MORE = ["dead-lettered or rejected sessions", "destination sync failing", "warehouse stale", "data-quality check failed"]
SPECIFIED = {
    heading.partition(" (")[0]: body
    for heading, body in re.findall(r"#### Alert: (.+?)\n(.*?)(?=\n#|\Z)", SECTION, flags=re.DOTALL)
}
FILLED = {
    "{value}": "X", "{window}": "last 5 min", "{subject}": "[API name]", "{normal}": "Y", "{month}": "Y",
}  # fmt: skip


def line(body: str, label: str) -> str | None:
    found = re.search(rf"^- \*\*{label}\*\*: (.+)$", body, flags=re.MULTILINE)
    return found[1] if found else None


def specified(rule: AlertRule) -> str:
    return SPECIFIED[rule.name]


OF_SECTION_7 = [rule for rule in RULES.rules if rule.section not in ("more", "runs")]


def test_there_are_the_sixteen_of_the_section_four_more_and_failed_runs():
    assert sorted(rule.name for rule in OF_SECTION_7) == sorted(SPECIFIED)
    assert [rule.name.lower() for rule in RULES.rules if rule.section == "more"] == MORE
    assert [rule.name for rule in RULES.rules if rule.section == "runs"] == ["Run Failed"]
    assert len(RULES.rules) == 21


@pytest.mark.parametrize("rule", OF_SECTION_7, ids=lambda rule: rule.name)
def test_trigger_and_action_are_the_specifications(rule: AlertRule):
    assert rule.trigger == line(specified(rule), "Trigger")
    action = line(specified(rule), "Action") or (re.search(r"Action: (.+)", specified(rule)) or ["", None])[1]
    assert rule.action == action or (action is None and "Review Transcripts" in specified(rule))


@pytest.mark.parametrize("rule", [rule for rule in RULES.rules if rule.section in ("7.1", "7.2")], ids=lambda rule: rule.name)
def test_the_message_is_the_specifications(rule: AlertRule):
    written = rule.template
    for field, value in FILLED.items():
        written = written.replace(field, value)
    message = (line(specified(rule), "Message") or "").strip('"').replace("10 min", "X min")
    assert written == message
    assert not line(specified(rule), "Context") or rule.context.startswith(line(specified(rule), "Context") or "")


@pytest.mark.parametrize("rule", [rule for rule in RULES.rules if rule.section in ("7.3", "7.4")], ids=lambda rule: rule.name)
def test_the_format_begins_as_the_specifications(rule: AlertRule):
    assert f"```\n  {rule.template}\n" in specified(rule)


@pytest.mark.parametrize(
    ("section", "severity", "channel", "mention"),
    [("7.1", "P1", "pagerduty", None), ("7.2", "P2", "slack_ops", "here"), ("7.4", "P3", "slack_product", None)],
)
def test_severity_channel_and_mention_are_those_of_the_section(section: str, severity: str, channel: str, mention: str | None):
    found = {(rule.severity, rule.channel, rule.mention) for rule in RULES.rules if rule.section == section}
    assert found == {(severity, channel, mention)}


def test_thresholds_are_the_specifications():
    figures = {rule.name: rule.above for rule in RULES.watched if rule.section != "more"}
    assert figures == {
        "Agent Down": 10, "API Failures": 0.5, "Error Rate >10%": 0.10, "Average Latency >2000ms": 2000, "Queue Backlog >100": 100,
        "Latency >1500ms Sustained": 1500, "Error Rate >5%": 0.05, "Token Usage Spike": 2, "Cost Burn Rate Exceeds Budget": 1,
        "Connection Quality Degraded": 0.20,
    }  # fmt: skip


def test_who_must_respond_when_is_the_specifications():
    assert {rule.respond_within for rule in RULES.rules if rule.section == "7.2"} == {15}
    assert RULES.named("Hot Lead Detected").respond_within == 60
    repeated = {rule.name for rule in RULES.rules if rule.repeat_after and rule.section == "7.3"}
    assert repeated == {"Hot Lead Detected"}


def test_rules_over_single_calls_are_those_of_the_code():
    assert [rule.name for rule in OF_SECTION_7 if rule.every == 0] == [rule.name for rule in business.RULES]


def test_a_rule_is_inhibited_only_by_rules_before_it():
    first, second, *_ = RULES.rules
    wrong = first.model_copy(update={"inhibited_by": (second.name,)})
    with pytest.raises(ValidationError, match="no rules before it"):
        AlertRules.model_validate({**RULES.model_dump(), "rules": [wrong.model_dump(), second.model_dump()]})


def test_the_page_has_the_table_of_the_rules():
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page, RULES) == page
