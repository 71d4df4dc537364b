"""The bytes of an e-mail."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default

import pytest

from orchestration.mail.mime import Email, mime_of

WORDS = "Grüße 🔥 שלום " + "x" * 5000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
EMAIL = Email(
    message_id="<daily.2026-11-25.abc@voice.example>",
    sender=Address("Voice Agent", addr_spec="reports@voice.example"),
    to="dana@readers.example",
    subject="Voice Agent Daily Summary - November 25, 2026",
    date=datetime(2026, 11, 26, 13, tzinfo=UTC),
    text=f"{WORDS}\n.\nFrom here\n",
    html=f'<p>{WORDS}</p><img src="cid:chart-1">',
    pictures={"chart-1": PNG},
    headers={"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
)


def parsed() -> EmailMessage:
    message = message_from_bytes(mime_of(EMAIL), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_text_comes_first_and_the_page_with_its_pictures_second():
    kinds = [part.get_content_type() for part in parsed().walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]


def test_both_parts_arrive_as_they_were_written():
    message = parsed()
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().replace("\r\n", "\n") == EMAIL.text
    assert page.get_content().strip() == EMAIL.html


def test_a_picture_has_the_content_id_that_the_page_names():
    picture = next(part for part in parsed().walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"] == "<chart-1>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content() == PNG


def test_the_same_e_mail_gives_the_same_bytes():
    assert mime_of(EMAIL) == mime_of(EMAIL)


def test_every_line_is_ascii_and_as_short_as_servers_demand():
    mime = mime_of(EMAIL)
    assert mime.isascii()
    assert max(map(len, mime.split(b"\r\n"))) <= 998


def test_a_line_break_cannot_add_a_header():
    with pytest.raises(ValueError, match="linefeed"):
        mime_of(Email(**{**vars(EMAIL), "subject": "Hello\r\nBcc: eve@evil.example"}))
