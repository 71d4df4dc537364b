"""Whatever repeats an enumeration repeats it in full, and 'qualified' and 'failed' mean the same everywhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from analyzers.language.annotations import SentimentLabel
from analyzers.lead_score.models import Temperature
from analyzers.performance.connection import Category
from analyzers.sales_intelligence.models import Authority, CompetitorContext, Level, ObjectionCategory, Severity, Timeline
from contract.document.session import DisconnectReason
from contract.document.tier import Tier
from contract.platform.settings import PROJECT_ROOT
from contract.vocabulary import vocabulary
from orchestration.reports.key_signals import TIMELINES

ENUMERATIONS = dict(vocabulary().enumerations)
TYPES = {
    "qualification_tier": Tier,
    "sentiment": SentimentLabel,
    "temperature": Temperature,
    "decision_timeline": Timeline,
    "budget_authority": Authority,
    "urgency": Level,
    "disconnect_reason": DisconnectReason,
    "connection_category": Category,
    "objection_category": ObjectionCategory,
    "objection_severity": Severity,
    "competitor_context": CompetitorContext,
}
LIMITS = frozenset({"silence_timeout", "time_limit", "cost_limit"})
"""Of the reasons a call ends by, those that are limits of the agent."""
LIVE_TIMELINES = frozenset({"this_week", "this_month", "this_quarter", "evaluating"})
"""What spec 1.4 lists for the live agent; the analyzers know the next quarter too."""
TOPICS = {frozenset({"features", "pricing", "general"}), frozenset({"features", "pricing", "integrations", "troubleshooting"})}
"""What is compared or searched for: words of their own that happen to be those of objections."""
EFFORTS = frozenset({"none", "low", "medium", "high"})
"""How much a model thinks, in the words of the vendor's API, which are no urgency."""
PACKAGES = ("agent", "analyzers", "contract", "evaluation", "orchestration", "training")
OTHER_NAMES = {"tier": "qualification_tier", "timeline": "decision_timeline", "authority": "budget_authority"}


def test_every_enumeration_has_its_type_in_the_same_order():
    assert {name: get_args(kind) for name, kind in TYPES.items()} == ENUMERATIONS


def literals() -> Iterator[tuple[str, frozenset[str]]]:
    for package in PACKAGES:
        for path in (PROJECT_ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
                    values = {part.value for part in ast.walk(node.slice) if isinstance(part, ast.Constant)}
                    yield path.name, frozenset(value for value in values if isinstance(value, str))


def test_every_literal_that_shares_words_with_an_enumeration_has_all_of_them():
    known = {frozenset(values) for values in ENUMERATIONS.values()} | {LIMITS, EFFORTS} | TOPICS
    partial = [
        (file, sorted(values))
        for file, values in literals()
        if values not in known and any(len(values & set(enumeration)) > 1 for enumeration in ENUMERATIONS.values())
    ]
    assert partial == []


def lists(folder: Path) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Accepted values of dbt's tests by the column they are about."""
    for path in folder.rglob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or []:
            for column in model.get("columns") or []:
                for test in column.get("data_tests") or []:
                    if isinstance(test, Mapping) and "accepted_values" in test:
                        values = test["accepted_values"]["arguments"]["values"]
                        yield f"{model['name']}.{column['name']}", column["name"], frozenset(values)


def expected_sets() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Value sets of the checks of data quality by the column they are about."""
    suites = yaml.safe_load((PROJECT_ROOT / "data" / "quality.yml").read_text(encoding="utf-8"))["suites"]
    for suite in suites.values():
        for table, rules in suite["tables"].items():
            for rule in rules:
                values = rule["with"].get("value_set")
                if values and rule["expect"] == "ExpectColumnValuesToBeInSet":
                    yield f"{table}: {rule['name']}", rule["with"]["column"], frozenset(map(str, values))


def test_accepted_values_of_dbt_and_of_the_checks_are_those_of_the_vocabulary():
    found = [*lists(PROJECT_ROOT / "dbt_project" / "models"), *expected_sets()]
    compared = [(where, OTHER_NAMES.get(column, column), values) for where, column, values in found]
    known = {where: (values, frozenset(ENUMERATIONS[name])) for where, name, values in compared if name in ENUMERATIONS}
    assert len(known) >= 5
    partial = {where: values for where, (values, full) in known.items() if values != full}
    assert partial == {"calls: live_timeline_is_one_of_the_known": LIVE_TIMELINES}


@pytest.mark.parametrize(
    ("file", "path", "name"),
    [
        ("picklists.yml", ("Qualification_Tier__c",), "qualification_tier"),
        ("picklists.yml", ("Decision_Timeline__c",), "decision_timeline"),
        ("picklists.yml", ("Budget_Authority__c",), "budget_authority"),
        ("picklists.yml", ("Urgency_Level__c",), "urgency"),
        ("picklists.yml", ("Call_Sentiment__c",), "sentiment"),
        ("scoring.yml", ("timeline",), "decision_timeline"),
        ("scoring.yml", ("urgency",), "urgency"),
        ("summary.yml", ("timing",), "temperature"),
    ],
)
def test_tables_that_translate_an_enumeration_have_an_entry_for_every_value(file: str, path: tuple[str, ...], name: Any):
    table = yaml.safe_load((PROJECT_ROOT / "data" / file).read_text(encoding="utf-8"))
    keys = entry(table, path)
    assert keys - {"otherwise", "unknown"} == set(ENUMERATIONS[name])


def test_the_report_words_every_timeline():
    assert set(TIMELINES) == set(ENUMERATIONS["decision_timeline"])


def entry(table: Any, path: tuple[str, ...]) -> set[str]:
    """The keys under ``path``, wherever in the file it begins."""
    if isinstance(table, Mapping):
        if path[0] in table and isinstance(table[path[0]], Mapping):
            return set(map(str, table[path[0]])) if len(path) == 1 else entry(table[path[0]], path[1:])
        return next((keys for value in table.values() if (keys := entry(value, path))), set())
    return set()


def test_a_tier_that_is_not_known_is_not_qualified():
    assert [vocabulary().is_qualified(tier) for tier in ("Tier 1", "Tier 2", "unknown", None)] == [True, False, False, False]


def test_the_warehouse_s_failed_calls_are_those_of_the_vocabulary():
    (facts,) = (PROJECT_ROOT / "dbt_project" / "models").rglob("session_facts.sql")
    found = re.search(r"disconnect_reason = '(\w+)' or not calls\.complete as failed", facts.read_text(encoding="utf-8"))
    assert found is not None
    assert {found.group(1)} == vocabulary().failed.disconnect_reasons
    assert vocabulary().failed.incomplete
