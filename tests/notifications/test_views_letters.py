"""What staff see of the letters: found, read, sent again; secrets only where nothing leaves."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notifications import kinds, links, smtp
from notifications.links import SecretLink
from notifications.models import Notice
from tests.notifications.letters import failed, subjects, write

pytestmark = pytest.mark.django_db
LIST = "/manage/letters/"
SAMPLES = [f"{LIST}kinds/", f"{LIST}kinds/moved/", f"{LIST}kinds/moved/en/html/"]
LINK = SecretLink("booking", "ABC", 1, "/my/ABC/{token}/")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.LETTERS_DIR = tmp_path / "letters"
    return settings.LETTERS_DIR


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?q=%00", ""),
        ("?q=an%00na", "anna"),
        ("?q=%00+anna", "anna"),
        ("?q=%00&state=%00", ""),
        ("?q=%FF&page=%00", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_odd_words_are_searched_for_without_nul(coordinator, query, words):
    write("a", to="anna@example.org", subject="A")

    response = coordinator.get(LIST + query)

    assert response.status_code == 200
    assert response.context["words"] == words
    assert subjects(response) == ([] if words == "\N{REPLACEMENT CHARACTER}" else ["A"])


def test_letter_that_has_not_left_shows_marks_and_no_secret(coordinator):
    notice = write(text="Se [[booking]]", links={"booking": LINK})

    body = coordinator.get(f"{LIST}{notice.pk}/").content.decode()

    assert "[[booking]]" in body
    assert links.token("booking", "ABC", 1) not in body


def keep(folder, notice):
    """The letter in the folder, as the embedded post office keeps it."""
    folder.mkdir(exist_ok=True)
    content = smtp.build(notice).message().as_bytes(linesep="\r\n")
    (folder / f"{timezone.now().timestamp():.6f}.eml").write_bytes(content)


def test_letter_of_the_embedded_post_office_is_read_with_its_links(coordinator, folder):
    other = write("other", text="Another")
    notice = write(
        text="Kære æøå\nSe [[booking]]",
        html="<body><p>[[booking]]</p><script>x</script>",
        links={"booking": LINK},
    )
    keep(folder, notice)
    keep(folder, other)
    there = links.address(LINK)

    body = coordinator.get(f"{LIST}{notice.pk}/").content.decode()
    frame = coordinator.get(f"{LIST}{notice.pk}/html/").content.decode()

    assert f'<a href="{there}" rel="nofollow">{there}</a>' in body
    assert "Kære æøå" in body
    assert "<script>x</script>" not in body
    assert f"<body inert><p>{there}</p>" in frame


# --- as its recipient reads it -----------------------------------------------------------------


def test_letter_that_waits_is_shown_as_it_would_be_now(coordinator):
    notice = write(language="en")

    page = coordinator.get(f"{LIST}{notice.pk}/").content.decode()
    frame = coordinator.get(f"{LIST}{notice.pk}/html/").content.decode()

    assert "Preview: the letter has not been put into words yet." in page
    assert "Dear Anna Holm" in page
    assert "<p>Dear Anna Holm</p>" in frame
    assert Notice.objects.get().rendered_at is None


def test_letter_in_words_is_shown_as_it_is_kept(coordinator):
    notice = write(text="As it was", html="<body><p>As it was</p>")

    page = coordinator.get(f"{LIST}{notice.pk}/").content.decode()
    frame = coordinator.get(f"{LIST}{notice.pk}/html/").content.decode()

    assert "Preview" not in page
    assert "As it was" in page
    assert frame == "<body inert><p>As it was</p>"


def test_letter_that_cannot_be_rendered_says_why(coordinator):
    notice = write()
    Notice.objects.update(facts={"name": "Anna"})

    page = coordinator.get(f"{LIST}{notice.pk}/")

    assert page.status_code == 200
    assert "The letter cannot be put into words: FactsError" in page.content.decode()
    assert coordinator.get(f"{LIST}{notice.pk}/html/").status_code == 404


FRAMES = [f"{LIST}{{pk}}/html/", f"{LIST}kinds/moved/da/html/"]


@pytest.mark.parametrize("frame", FRAMES)
def test_html_of_a_letter_can_do_nothing_and_stands_in_our_frames_alone(coordinator, frame):
    notice = write()

    answer = coordinator.get(frame.format(pk=notice.pk))

    rules = dict(rule.strip().partition(" ")[::2] for rule in policy(answer).split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "",
    }
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("page", [f"{LIST}{{pk}}/", f"{LIST}kinds/moved/"])
def test_page_around_the_frame_may_show_it_and_is_framed_by_nobody(coordinator, page):
    notice = write()

    answer = coordinator.get(page.format(pk=notice.pk))

    assert "frame-src 'self'" in policy(answer)
    assert "frame-ancestors 'none'" in policy(answer)
    assert "'unsafe-inline'" not in policy(answer)
    assert answer["X-Frame-Options"] == "DENY"
    assert " sandbox tabindex=" in answer.content.decode()


def test_no_other_page_may_hold_or_be_a_frame(coordinator):
    answer = coordinator.get(LIST)

    assert "frame-src" not in policy(answer)
    assert answer["X-Frame-Options"] == "DENY"


def policy(answer) -> str:
    return answer["Content-Security-Policy"]


# --- every kind --------------------------------------------------------------------------------


def test_every_kind_is_listed_with_its_subject_in_both_languages(coordinator):
    page = coordinator.get(f"{LIST}kinds/").content.decode()

    for name, kind in kinds.every().items():
        assert f'<a href="{LIST}kinds/{name}/">{kind.title}</a>' in page
    assert '<span lang="da">Din kode til Fremmøde</span>' in page
    assert '<span lang="en">Your code for Fremmøde</span>' in page


@pytest.mark.parametrize("name", sorted(kinds.every()))
def test_kind_is_shown_as_it_will_look_in_both_languages(coordinator, name):
    page = coordinator.get(f"{LIST}kinds/{name}/").content.decode()

    for code, subject in (("da", "Dansk"), ("en", "Engelsk")):
        frame = f"{LIST}kinds/{name}/{code}/html/"
        assert f'src="{frame}"' in page, subject
        assert f'<html lang="{code}">' in coordinator.get(frame).content.decode()


@pytest.mark.parametrize("page", ["kinds/gone/", "kinds/gone/da/html/", "kinds/moved/xx/html/"])
def test_what_is_no_kind_or_no_language_is_not_found(coordinator, page):
    assert coordinator.get(LIST + page).status_code == 404


# --- what is not shown -------------------------------------------------------------------------


def test_nothing_is_read_from_a_folder_in_production(coordinator, folder, settings):
    notice = write(text="Se [[booking]]", links={"booking": LINK})
    keep(folder, notice)
    settings.LETTERS_DIR = None

    assert (
        links.token("booking", "ABC", 1)
        not in coordinator.get(f"{LIST}{notice.pk}/").content.decode()
    )


@pytest.mark.parametrize("kind", ["login_code", "password_reset_key"])
@pytest.mark.parametrize("state", ["queued", "sending"])
@pytest.mark.parametrize("words", [{}, {"text": "Din kode: 483-512", "html": "<p>483-512</p>"}])
def test_code_that_waits_is_shown_nowhere(coordinator, kind, state, words):
    [fact] = kinds.find(kind).sample
    notice = write(kind=kind, facts={fact: "483-512"}, **words)
    Notice.objects.update(state=state, lease_until=timezone.now())

    page = coordinator.get(f"{LIST}{notice.pk}/").content.decode()
    frame = coordinator.get(f"{LIST}{notice.pk}/html/")

    assert "483-512" in str(Notice.objects.get().facts)
    assert "483-512" not in page
    assert frame.status_code == 404
    assert "The content is not shown: it opens a door." in page


def test_code_is_read_from_the_embedded_post_office_alone(coordinator, folder):
    notice = write(kind="login_code", text="Din kode: 483-512", html="<p>483-512</p>")
    keep(folder, notice)
    Notice.objects.update(text="Another row")

    page = coordinator.get(f"{LIST}{notice.pk}/").content.decode()
    frame = coordinator.get(f"{LIST}{notice.pk}/html/").content.decode()

    assert "483-512" in page
    assert "483-512" in frame
    assert "Another row" not in page
    assert "The content is not shown" not in page


def test_blanked_letter_says_that_it_is_gone(coordinator):
    notice = write(kind="login_code")
    Notice.objects.update(facts={}, blanked_at=timezone.now(), state="failed")

    response = coordinator.get(f"{LIST}{notice.pk}/")

    assert b"The content has been deleted" in response.content
    assert b"The content is not shown" not in response.content
    assert b"Send the letter again" not in response.content
    assert coordinator.get(f"{LIST}{notice.pk}/html/").status_code == 404


def test_one_failed_letter_is_sent_again(coordinator):
    one, other = failed("a"), failed("b")
    page = coordinator.get(f"{LIST}{one.pk}/")

    done = coordinator.post(f"{LIST}again/", {"letter": one.pk}, follow=True)

    assert b"Send the letter again" in page.content
    assert done.redirect_chain == [(LIST, 302)]
    assert b"1 letter waits again." in done.content
    assert dict(Notice.objects.values_list("pk", "state")) == {one.pk: "queued", other.pk: "failed"}
    assert Notice.objects.get(pk=one.pk).message_id == one.message_id


def test_all_failed_letters_are_sent_again_but_codes_stay(coordinator):
    waiting, code = write("w"), failed("c", kind="login_code")
    lost = [failed(f"k{number}") for number in range(3)]

    done = coordinator.post(f"{LIST}again/", follow=True)

    states = dict(Notice.objects.values_list("pk", "state"))
    assert b"3 letters wait again." in done.content
    assert [states[row.pk] for row in (*lost, waiting, code)] == ["queued"] * 4 + ["failed"]


def test_asking_by_get_sends_nothing_again(coordinator):
    notice = failed("a")

    assert coordinator.get(f"{LIST}again/").status_code == 405
    assert Notice.objects.get(pk=notice.pk).state == "failed"
