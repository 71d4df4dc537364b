import pytest

from evaluation.facts import Entry, Value
from evaluation.matching import shared_words
from tests.evaluation.labelled import MATCHER


@pytest.mark.parametrize(
    ("fact", "gold", "said", "same"),
    [
        ("team_size", None, None, True),
        ("team_size", None, 0, False),
        ("team_size", 5, None, False),
        ("team_size", 5, 6, False),
        ("monthly_volume", 200, 220, True),
        ("monthly_volume", 200, 221, False),
        ("current_tool", "Adobe Sign", "adobe sign", True),
        ("current_tool", "HelloSign", "Dropbox Sign", True),
        ("current_tool", "paper forms", "manual", True),
        ("current_tool", "Word and emailed PDFs", "Word", True),
        ("current_tool", "DocuSign", "Word", False),
        ("current_tool", "Excel", "spreadsheets", True),
        ("use_case", "ndas", "contracts", False),
    ],
)
def test_single_facts_are_equal_as_the_labels_define_it(fact: str, gold: Value, said: Value, same: bool):
    assert MATCHER.equal(fact, gold, said) is same


@pytest.mark.parametrize(
    ("gold", "said", "same"),
    [
        ("co-owner", "business partner", True),
        ("CFO", "finance director", True),
        ("sales reps", "sales team", True),
        ("warehouse manager", "warehouse managers", True),
        ("general manager", "manager", True),
        ("board", "nephew", False),
        ("HR director", "finance director", False),
    ],
)
def test_people_are_the_same_by_what_they_are_called(gold: str, said: str, same: bool):
    assert bool(MATCHER.pairs("stakeholders", [Entry(gold)], [Entry(said)])) is same


def test_quotes_pair_when_half_of_the_shorter_is_in_the_other_in_order():
    assert shared_words("what would that cost us a month", "um what would that cost") == pytest.approx(0.8)
    assert shared_words("what would that cost", "cost that would what") == 0
    assert shared_words("", "anything") == 0
    assert shared_words("perfect", "oh that is perfect") == 1


def test_the_likeliest_pairs_win_and_nothing_pairs_twice():
    gold = [Entry("pricing", "pricing", "it costs too much for us"), Entry("pricing", "pricing", "nobody will pay per seat")]
    said = [Entry("pricing", "pricing", "nobody will pay per seat"), Entry("pricing", "pricing", "it costs too much")]
    assert MATCHER.pairs("objections", gold, said) == [(0, 1), (1, 0)]
    assert len(MATCHER.pairs("objections", gold[:1], said)) == 1


def test_a_promise_of_somebody_else_is_another_promise():
    ours = Entry("send the price list", "sales", "I'll send the price list", "document_share")
    assert MATCHER.pairs("action_items", [Entry("email the price list", "sales", detail="document_share")], [ours])
    assert not MATCHER.pairs("action_items", [Entry("email the price list", "user", detail="commitment")], [ours])
    assert not MATCHER.pairs("action_items", [Entry("ask the landlord", "sales", detail="follow_up")], [ours])
