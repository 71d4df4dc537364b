"""``docs/glossary.md`` stays in order, one sentence a term, and points to code that is there."""

import re
from itertools import pairwise

from contract.platform.settings import PROJECT_ROOT

ROW = re.compile(r"^\| (.+) \| (.+) \| `(.+)` \|$", re.MULTILINE)
ROWS = ROW.findall((PROJECT_ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))


def test_terms_are_in_alphabetical_order_and_stand_once():
    assert len(ROWS) > 60
    assert all(former.lower() < later.lower() for (former, *_), (later, *_) in pairwise(ROWS))


def test_every_term_is_one_sentence():
    assert [term for term, meaning, _ in ROWS if not meaning.endswith(".") or ". " in meaning] == []


def test_every_place_exists():
    assert [place for *_, place in ROWS if not (PROJECT_ROOT / place).exists()] == []
