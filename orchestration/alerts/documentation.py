"""Write the table of ``docs/alerts.md`` from the rules: ``python -m orchestration.alerts.documentation``; a test compares."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference
from orchestration.alerts.rules import AlertRule, AlertRules

PAGE = PROJECT_ROOT / "docs" / "alerts.md"
BEGIN, END = "<!-- rules: generated -->", "<!-- /rules -->"


def table(rules: AlertRules) -> str:
    """Return one line for each rule: what fires it, over what, and what to do."""
    head = ["| rule | severity | fires on | looks at | evaluated | channel | what to do |", "|---|---|---|---|---|---|---|"]
    return "\n".join([*head, *(_line(rule) for rule in rules.rules)])


def with_table(page: str, rules: AlertRules) -> str:
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    return f"{before}{BEGIN}\n{table(rules)}\n{END}{after}"


def _line(rule: AlertRule) -> str:
    at_once = "with each failed run" if rule.measure == "failed_run" else "with each call"
    evaluated = {0: at_once, 60: "hourly"}.get(rule.every, f"every {rule.every} min")
    cells = (rule.name, rule.severity, rule.trigger, ", ".join(_windows(rule)), evaluated, rule.channel, rule.action)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _windows(rule: AlertRule) -> Iterator[str]:
    if rule.clock:
        least = f", n at least {rule.minimum_n}" if rule.minimum_n > 1 else ""
        yield f"{rule.clock} min{least}"
    if rule.calls:
        yield f"else the last {rule.calls} calls of {rule.within} min"
    if rule.sustained:
        yield f"true for {rule.sustained} min"


def write(path: Path = PAGE) -> None:
    path.write_text(with_table(path.read_text(encoding="utf-8"), Reference().table(AlertRules)), encoding="utf-8")


if __name__ == "__main__":
    write()
