"""Each rule leads to its section of the runbooks, and what stands there to type exists: commands, options, queries, settings."""

from __future__ import annotations

import re
import shlex

import click
import pytest
import typer

from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference
from orchestration.alerts.rules import AlertRule, AlertRules
from orchestration.cli.commands import commands
from orchestration.resources import Platform
from orchestration.warehouse.reader import open_published
from tests.markdown_links import anchors

PAGE = (PROJECT_ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")
RULES = Reference().table(AlertRules).rules
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))
TYPED = [
    line
    for block in (*re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL), *re.findall(r"`(voice [^`]+)`", PAGE))
    for line in block.splitlines()
]
VOICE = sorted({line for line in TYPED if line.startswith("voice ")})
WRITTEN_FOR = {"ID": "1", "D": "2026-11-20", "SESSION": "one", "NAME": "Ada", "RULE": "Agent Down"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_has_a_section_of_its_own(rule: AlertRule):
    page, _, anchor = rule.runbook.partition("#")
    assert page == "docs/runbooks.md"
    assert anchor in anchors(PAGE)
    assert {anchor} == anchors(f"## {rule.name}\n")
    for part in ("**It means**", "**Look at**", "**Do**", "resolve"):
        assert part in SECTIONS[rule.name].replace("**do**", "**Do**")


def test_there_is_no_section_without_a_rule():
    assert list(SECTIONS) == [rule.name for rule in RULES]


@pytest.mark.parametrize("line", VOICE)
def test_each_command_exists_with_its_options_and_arguments(line: str):
    words = [WRITTEN_FOR.get(word, word) for word in shlex.split(line)[1:]]
    command: click.Command = typer.main.get_command(commands)
    context = click.Context(command)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found, f"voice has no command {words[0]}"
        command, words = found, words[1:]
        context = click.Context(command, parent=context)
    command.parse_args(context, words)


@pytest.mark.parametrize("line", [line for line in VOICE if line.startswith("voice query")])
def test_each_query_runs(line: str, two_calls: Platform):
    with open_published(two_calls.settings) as connection:
        connection.execute(shlex.split(line)[2]).fetchall()


def test_each_setting_exists():
    settings = (PROJECT_ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert {name for name in re.findall(r"VOICE_[A-Z_]+", PAGE) if f"`{name}`" not in settings} == set()
