"""One-click unsubscription (RFC 8058)."""

from urllib.parse import parse_qs, urlsplit

from itsdangerous import URLSafeSerializer

from orchestration.messages.unsubscribe import unsubscribe_headers, unsubscribe_token, unsubscribe_url, unsubscribed_by

SECRET = b"a secret"


def test_a_token_says_which_report_and_which_recipient():
    token = unsubscribe_token(SECRET, "daily", "3f2a")
    assert unsubscribed_by(SECRET, token) == ("daily", "3f2a")
    [given] = parse_qs(urlsplit(unsubscribe_url("https://voice.example/", token)).query)["token"]
    assert given == token


def test_nobody_else_can_make_one():
    token = unsubscribe_token(SECRET, "daily", "3f2a")
    assert unsubscribed_by(b"another secret", token) is None
    assert unsubscribed_by(SECRET, token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert unsubscribed_by(SECRET, "") is None
    assert unsubscribed_by(SECRET, URLSafeSerializer(SECRET, salt="other").dumps({"report": "daily", "recipient": "3f2a"})) is None
    for odd in ([], {"report": "daily"}, {"report": 1, "recipient": "3f2a"}):
        assert unsubscribed_by(SECRET, URLSafeSerializer(SECRET, salt="unsubscribe").dumps(odd)) is None


def test_headers_ask_for_one_click_and_are_left_out_without_an_address():
    headers = unsubscribe_headers("https://voice.example/unsubscribe?token=x")
    assert headers == {
        "List-Unsubscribe": "<https://voice.example/unsubscribe?token=x>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert unsubscribe_url("", "x") == ""
    assert unsubscribe_headers("") == {}
