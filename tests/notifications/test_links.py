"""Secret links: derived, never stored, compared in constant time."""

from __future__ import annotations

import pytest

from notifications import delivery, links
from notifications.links import SecretLink
from notifications.models import Notice
from tests.notifications.letters import write

LINK = SecretLink("booking", "ABC", 1, "/my/ABC/{token}/")


def test_token_has_192_bits_in_letters_that_an_address_can_hold():
    token = links.token("booking", "ABC", 1)

    assert len(token) == 32
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize(
    "other",
    [("draft", "ABC", 1), ("booking", "ABD", 1), ("booking", "ABC", 2), ("bookin", "gABC", 1)],
)
def test_token_fits_what_it_was_made_for_and_nothing_else(other):
    token = links.token("booking", "ABC", 1)
    purpose, subject, generation = other

    assert links.is_valid(token, purpose="booking", subject="ABC", generation=1)
    assert not links.is_valid(token, purpose=purpose, subject=subject, generation=generation)


@pytest.mark.parametrize("token", ["", "æøå", "A" * 32, "A" * 31])
def test_forged_token_is_refused(token):
    assert not links.is_valid(token, purpose="booking", subject="ABC", generation=1)


def test_token_depends_on_the_secret_key(settings):
    before = links.token("booking", "ABC", 1)
    settings.SECRET_KEY = "another" * 10

    assert links.token("booking", "ABC", 1) != before


@pytest.mark.django_db
def test_letter_gets_its_links_when_it_leaves_and_the_row_never_has_them(sink):
    write(
        text="Se [[booking]] og [[other]]",
        html="<a href='[[booking]]'>x</a>",
        links={"booking": LINK},
    )
    token = links.token("booking", "ABC", 1)

    delivery.deliver_due()

    row, (letter,) = Notice.objects.get(), sink.letters
    text, html = (part.get_content() for part in letter.iter_parts())
    there = f"http://localhost:8000/my/ABC/{token}/"
    assert text.strip() == f"Se {there} og [[other]]"
    assert f"<a href='{there}'>" in html
    assert row.state == "sent"
    assert token not in f"{row.text}{row.html}{row.links}{row.last_error}"
    assert row.links == {
        "booking": {
            "purpose": "booking",
            "subject": "ABC",
            "generation": 1,
            "path": "/my/ABC/{token}/",
        }
    }


@pytest.mark.django_db
def test_letter_that_fails_leaves_no_token_in_row_or_log(sink, caplog):
    token = links.token("booking", "ABC", 1)
    write(text="[[booking]]", links={"booking": LINK})
    sink.answers.append("554 no such content")

    delivery.deliver_due()

    row = Notice.objects.get()
    assert row.state == "failed"
    assert token not in f"{row.text}{row.last_error}" + caplog.text


def test_address_in_html_is_escaped():
    odd = SecretLink("p", "s", 1, "/x/?a=1&b=<{token}")

    filled = links.filled("[[odd]]", links.as_stored({"odd": odd}), is_html=True)

    assert "&amp;b=&lt;" in filled
    assert "&b=<" in links.filled("[[odd]]", links.as_stored({"odd": odd}))
