"""What a letter says without its markup: all of it, in order, whatever its facts hold."""

from __future__ import annotations

import html as markup

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import kinds, plain, rendering

KINDS = sorted(kinds.every())


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo\n"),
        ("<h1>Head</h1>\n  <p>One\n   line</p>", "Head\n\nOne line\n"),
        ("<p>One<br>Two</p>", "One\nTwo\n"),
        ("<dl><dt>When</dt><dd>9.00</dd>\n<dt>Where</dt><dd>Here</dd></dl>", "When: 9.00\nWhere: Here\n"),
        ('<p><a class="button" href="[[booking]]">See it</a></p>', "See it:\n[[booking]]\n"),
        ('<p>Or <a href="https://a.dk/?b=1&amp;c">here</a> now</p>', "Or here:\nhttps://a.dk/?b=1&c\nnow\n"),
        ('<p><a href="https://a.dk/">https://a.dk/</a></p>', "https://a.dk/\n"),
        ('<p><a href="mailto:a@b.dk">a@b.dk</a></p>', "a@b.dk\n"),
        ("<p>&lt;b&gt; &amp; “x”</p>", "<b> & “x”\n"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two\n"),
        ("<style>p { }</style><p>One</p>", "One\n"),
        ("<p></p><p>One</p>", "One\n"),
        ("", "\n"),
        ("<p>One <b>two", "One two\n"),
        ("</a></p><a>x</a>", "x\n"),
    ],
)  # fmt: skip
def test_markup_becomes_text(html, text):
    assert plain.read(html) == ("", text)


def test_title_is_one_line_and_no_text():
    html = "<title>\n A &amp; B\n </title><p>C</p>"

    assert plain.read(html) == ("A & B", "C\n")


@given(st.text())
def test_anything_is_read(text):
    plain.read(text)


@given(st.lists(st.text("abcæø &<>\"'[]", min_size=1).map(str.strip).filter(bool), min_size=1))
def test_every_word_is_there_in_order(words):
    html = "".join(f"<p>{markup.escape(word)}</p>" for word in words)

    lines = plain.read(html)[1].split("\n\n")

    assert [line.strip() for line in lines] == [" ".join(word.split()) for word in words]


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("name", KINDS)
def test_text_of_a_letter_says_what_its_html_says(name, language):
    letter = rendering.sample(name, language=language)
    body = letter.html.partition("<main>")[2].partition("</main>")[0]

    text = " ".join(letter.text.split())
    said = [" ".join(part.split()) for part in plain.read(body)[1].split("\n")]

    assert letter.subject
    assert len(said) > 2
    assert all(part in text for part in said)
    assert "<" not in letter.text
    assert "  " not in letter.text
    assert "\n\n\n" not in letter.text
    for mark in ("[[", "https://", "http://"):
        assert (mark in body) <= (mark in letter.text)
