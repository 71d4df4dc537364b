"""``docs/agent.md`` lists every setting with its default, as ``agent/settings.py`` has them."""

from agent.settings import AgentSettings
from contract.platform.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "agent.md"


def table() -> str:
    """The table as it should stand between the marks; copy it there when this test fails."""
    rows = ["| variable | default | means |", "|---|---|---|"]
    for name, field in AgentSettings.model_fields.items():
        default = "" if field.default in (None, "") else f"`{field.default}`"
        rows.append(f"| `VOICE_AGENT_{name.upper()}` | {default} | {(field.description or '').replace('|', '/')} |")
    return "\n".join(rows)


def test_the_page_lists_every_setting():
    text = PAGE.read_text()
    assert text.split("<!-- settings -->\n")[1].split("\n<!-- /settings -->")[0] == table()


def test_every_setting_is_described():
    assert all(field.description for field in AgentSettings.model_fields.values())
