import pytest

from agent.room.participant import caller_of


@pytest.mark.parametrize(
    "metadata", [None, 7, "", "not json", "[1]", "x" * 1_000_000, "[" * 10_000, '{"user_email": {"a": 1}, "name": [1]}']
)
def test_hostile_metadata_leaves_the_caller_unknown(metadata: object):
    caller = caller_of("PA_1", None, metadata, 5)
    assert (caller.email, caller.name, caller.browser) == (None, None, None)


def test_names_lose_markup_and_length_and_addresses_are_checked():
    caller = caller_of(
        "PA_1", "", '{"email": " a@b.example ", "user_name": "<script>x()</script>Da\\u0000na ' + "x" * 500 + '"}', {}
    )
    assert caller.email == "a@b.example"
    assert caller.name is not None
    assert caller.name.startswith("Da na x")
    assert len(caller.name) == 200


def test_first_and_last_name_make_a_name():
    assert caller_of("PA_1", "", '{"first_name": "Sam", "last_name": "Reyes"}', {"region": "US-CA"}).name == "Sam Reyes"
