"""The field's words are used (docs/glossary.md): former names stand in ``orchestration/deprecated.py`` alone, for one release."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("contract", "agent", "analyzers", "evaluation", "training", "benchmarks", "orchestration")
ALIASES = "orchestration/deprecated.py"

FORMER = frozenset(
    [
        "second_reading",
        "weighed",
        "felt",
        "listen",
        "heard",
        "heard_at",
        "borne_out",
        "opinion",
        "opinions",
        "once_each",
        "worry",
        "worries",
        "same_worry",
        "nothing_to_hear",
        "destinationaway",
        "away",
        "quotaspent",
        "stand_in",
        "stand_ins",
        "stood_in",
        "replay_stand_ins",
        "nothing_overlooked",
        "overlooked",
        "check_accounts",
        "accounts_of",
        "arrears",
        "arrived",
        "lasting",
        "logged",
        "tally",
        "tallies",
        "desired",
        "unmapped",
        "set_aside",
        "brought_up",
        "absent_for_null",
        "put_back",
        "grave",
        "astray",
        "silent",
        "patience",
        "bearable",
        "again",
        "retried",
        "matter",
        "promises",
        "apology",
        "farewell",
        "held_call",
        "heldcall",
        "hold",
        "of_touched",
        "of_batch",
        "of_this_build",
        "six_tables",
        "further_tables",
        "wishes",
        "pains",
        "teams",
        "volumes",
        "foreign",
        "endings",
        "written_dates",
        "anew",
    ]
)
FORMER_MODULES = frozenset(
    [
        "future",
        "promises",
        "wishes",
        "pains",
        "teams",
        "volumes",
        "barriers",
        "foreign",
        "replies",
        "endings",
        "timing",
        "moments",
        "written_dates",
        "similar",
        "apology",
        "farewell",
        "held_call",
        "hold",
        "second_reading",
        "opinions",
        "stand_ins",
        "serving",
    ]
)
ELSEWHERE = {"agent/recording/replies.py", "orchestration/defs/assets/ledger.py"}
"""Modules whose name is the field's word: the agent's replies, and the assets that write the ledger."""
OF_CLASSES = {"ItemOutcome": {"arrived", "lasting"}, "Source": {"texts"}, "Change": {"kept"}, "LedgerTotals": {"accounts"}}
PHRASES = re.compile(
    r"\b(?:anew|put right|told of|of ours|for ever|borne out|mend(?:s|ed)?|overlook\w*|arrears|stands? in for|stood in for"
    r"|stand-ins?"
    r"|set aside|sets aside|brought up|put back|whose turn|are level|owes?|deaf|has an ear|by ear|whatever befalls|held call)\b",
    re.IGNORECASE,
)


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


SOURCES = [p for p in tracked("*.py") if p.relative_to(ROOT).parts[0] in PACKAGES and str(p.relative_to(ROOT)) != ALIASES]


def bound_names(tree: ast.AST) -> Iterator[str]:
    """Names that our code gives: of functions, classes, parameters, variables, attributes and imports under another name."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
            case ast.alias(asname=str(name)):
                yield name


def plain(name: str) -> str:
    return name.strip("_").lower()


def says(path: Path) -> Iterator[str]:
    """First lines of docstrings, and the texts people read: help, descriptions, problems and remedies of failures."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield (ast.get_docstring(node) or "").split("\n")[0]
        if isinstance(node, ast.Call):
            named = getattr(node.func, "id", getattr(node.func, "attr", ""))
            failure = named.endswith(("Failure", "Unavailable", "Exceeded", "Rejected"))
            texts = [k.value for k in node.keywords if k.arg in ("help", "description")] + (list(node.args) if failure else [])
            yield from (
                part.value
                for text in texts
                for part in ast.walk(text)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_and_words_are_the_fields_own(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    former = sorted({name for name in bound_names(tree) if plain(name) in FORMER or name.startswith(("say_", "_say_"))})
    assert not former, f"former names: {former}; docs/glossary.md has the present ones"
    for node in (n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name in OF_CLASSES):
        assert not OF_CLASSES[node.name] & set(bound_names(node))
    if str(path.relative_to(ROOT)) not in ELSEWHERE:
        assert plain(path.stem) not in FORMER_MODULES
    spoken = [text for text in says(path) if PHRASES.search(text)]
    assert not spoken, f"former words: {spoken}"


def test_sql_settings_and_commands_use_them_too():
    for path in tracked("dbt_project/*.sql", "dbt_project/*.yml", "docs/settings.md", ".env.example"):
        words = set(map(plain, re.findall(r"\w+", re.sub(r"'[^']*'|--.*|description:.*", "", path.read_text(encoding="utf-8")))))
        assert not words & (FORMER - {"listen", "hold", "again", "heard", "away", "matter"}), path
        assert plain(path.stem) not in FORMER_MODULES
    from orchestration.cli.commands import commands
    from orchestration.deprecated import COMMANDS

    shown = {command.name or "" for command in commands.registered_commands if not command.hidden}
    assert not {plain(name.replace("-", "_")) for name in shown} & FORMER
    assert set(COMMANDS) <= {command.name or "" for command in commands.registered_commands if command.hidden}


def test_no_class_name_has_two_public_meanings():
    homes: dict[str, set[str]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, set()).add(str(path.relative_to(ROOT)))
    assert {name: sorted(found) for name, found in homes.items() if len(found) > 1} == {}


def is_number(node: ast.expr | None) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float) and not isinstance(value, bool)
        case ast.UnaryOp(operand=operand):
            return is_number(operand)
        case ast.BinOp(left=left, right=right):
            return is_number(left) and is_number(right)
        case ast.Call(func=func):
            return getattr(func, "id", getattr(func, "attr", "")) == "timedelta"
        case ast.Tuple(elts=parts):
            return bool(parts) and all(map(is_number, parts))
        case _:
            return False


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_number_constant_says_what_it_is(path: Path):
    """A comment on its line or above, or a docstring below."""
    text = path.read_text(encoding="utf-8")
    lines, body = text.splitlines(), ast.parse(text).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.Assign | ast.AnnAssign) and is_number(node.value):
            documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            above = lines[node.lineno - 2].lstrip().startswith("#") if node.lineno > 1 else False
            assert documented or above or "#" in lines[node.lineno - 1], f"line {node.lineno}: {lines[node.lineno - 1]}"
