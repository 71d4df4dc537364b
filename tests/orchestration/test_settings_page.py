"""``docs/settings.md`` and ``.env.example`` say what the settings classes say; ``make settings-page`` writes both."""

import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from agent.settings import AgentSettings
from contract.platform.settings import Settings
from orchestration.settings_page import EXAMPLE, GROUPS, PAGE, example, page, variables

CLASSES = sorted({group.settings for group in GROUPS}, key=lambda settings: settings.__name__)
ASSIGNMENT = re.compile(r"^#([A-Z0-9_]+)=(.*)$", re.MULTILINE)


def test_the_page_is_what_the_settings_classes_say():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_example_is_what_the_settings_classes_say():
    assert EXAMPLE.read_text(encoding="utf-8") == example()


def test_every_setting_stands_in_exactly_one_group():
    listed = [variable.name for group in variables().values() for variable in group]
    assert len(listed) == len(set(listed)) == sum(len(settings.model_fields) for settings in CLASSES)


@pytest.mark.parametrize("settings", CLASSES)
def test_every_setting_is_described(settings: type[BaseSettings]):
    assert all(field.description for field in settings.model_fields.values())


def test_secrets_are_empty_and_nothing_is_set_by_copying_the_example():
    listed = {variable.name: variable for group in variables().values() for variable in group}
    secrets = {name for name, variable in listed.items() if variable.kind == "secret"}
    assert {"OPENAI_API_KEY", "VOICE_SALESFORCE_PASSWORD", "VOICE_AGENT_UNLEASH_API_KEY", "VOICE_SERVING_URL"} <= secrets
    assert all(listed[name].default == "" for name in secrets)
    assert all(line.startswith("#") for line in example().splitlines() if line)


def test_the_values_of_the_example_are_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    before = Settings(home=tmp_path), AgentSettings()
    for name, value in ASSIGNMENT.findall(example()):
        if value and name != "VOICE_HOME":  # a path in the project there, an absolute one as the default
            monkeypatch.setenv(name, value)
    assert (Settings(home=tmp_path), AgentSettings()) == before
