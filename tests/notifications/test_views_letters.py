"""What staff see of the letters: found, read, sent again; secrets only where nothing leaves."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notifications import delivery, links
from notifications.links import SecretLink
from notifications.models import Notice
from tests import cast, factories
from tests.notifications.letters import write

pytestmark = pytest.mark.django_db
LIST = "/manage/letters/"
LINK = SecretLink("booking", "ABC", 1, "/my/ABC/{token}/")


@pytest.fixture
def coordinator():
    browser = cast.seat(factories.create_user(role="coordinator"))
    browser.cookies["django_language"] = "en"
    return browser


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.LETTERS_DIR = tmp_path / "letters"
    return settings.LETTERS_DIR


def failed(key, **changes):
    notice = write(key, **changes)
    Notice.objects.filter(pk=notice.pk).update(state="failed", last_error="550 no such user")
    return notice


def subjects(response):
    return [row["letter"].subject for row in response.context["rows"]]


def test_people_who_may_not_read_letters_are_turned_away():
    people = cast.assemble()
    letter = write()
    pages = (LIST, f"{LIST}{letter.pk}/")

    codes = {
        name: [browser.get(page).status_code for page in pages] for name, browser in people.items()
    }

    assert codes == {
        "anonymous": [302, 302],
        "stranger": [403, 403],
        "facilitator": [403, 403],
        "coordinator": [200, 200],
        "manager": [200, 200],
        "superuser": [200, 200],
    }


@pytest.mark.parametrize("number", [1, 30])
def test_list_asks_the_database_the_same_however_long(
    coordinator, django_assert_num_queries, number
):
    for place in range(number):
        write(f"k{place}")
    coordinator.get(LIST)

    with django_assert_num_queries(7):  # session, user, permissions twice, failed, how many, rows
        coordinator.get(LIST)


def test_list_shows_the_latest_first_and_pages(coordinator):
    for place in range(55):
        write(f"k{place}", subject=f"Letter {place}")

    first, second = coordinator.get(LIST), coordinator.get(f"{LIST}?page=2")

    assert subjects(first) == [f"Letter {place}" for place in range(54, 4, -1)]
    assert subjects(second) == [f"Letter {place}" for place in range(4, -1, -1)]
    assert b"Page 1 of 2" in first.content


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["C", "B", "A"]),
        ("?q=anna", ["A"]),
        ("?q=BO%40", ["B"]),
        ("?q=xyz", []),
        ("?state=failed", ["C"]),
        ("?state=waiting", ["B", "A"]),
        ("?state=sent", []),
        ("?state=nonsense", ["C", "B", "A"]),
        ("?state=waiting&q=bo", ["B"]),
    ],
)
def test_list_is_narrowed_by_state_and_words(coordinator, query, found):
    write("a", to="anna@example.org", subject="A")
    write("b", to="bo@example.org", subject="B")
    failed("c", to="cecilie@example.org", subject="C")

    assert subjects(coordinator.get(LIST + query)) == found


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
    content = delivery.build(notice).message().as_bytes(linesep="\r\n")
    (folder / f"{timezone.now().timestamp():.6f}.eml").write_bytes(content)


def test_letter_of_the_embedded_post_office_is_read_with_its_links(coordinator, folder):
    other = write("other", text="Another")
    notice = write(
        text="Kære æøå\nSe [[booking]]",
        html="<p>[[booking]]</p><script>x</script>",
        links={"booking": LINK},
    )
    keep(folder, notice)
    keep(folder, other)
    there = links.address(LINK)

    body = coordinator.get(f"{LIST}{notice.pk}/").content.decode()

    assert f'<a href="{there}" rel="nofollow">{there}</a>' in body
    assert "Kære æøå" in body
    assert "<script>x</script>" not in body
    assert "&lt;script&gt;x&lt;/script&gt;" in body


def test_nothing_is_read_from_a_folder_in_production(coordinator, folder, settings):
    notice = write(text="Se [[booking]]", links={"booking": LINK})
    keep(folder, notice)
    settings.LETTERS_DIR = None

    assert (
        links.token("booking", "ABC", 1)
        not in coordinator.get(f"{LIST}{notice.pk}/").content.decode()
    )


@pytest.mark.parametrize("kind", delivery.SECRET_KINDS)
@pytest.mark.parametrize("state", ["queued", "sending"])
def test_code_that_waits_is_not_shown_in_text_nor_html(coordinator, kind, state):
    notice = write(kind=kind, text="Din kode: 483-512", html="<p>483-512</p>")
    Notice.objects.update(state=state, lease_until=timezone.now())

    body = coordinator.get(f"{LIST}{notice.pk}/").content.decode()

    assert "483-512" in Notice.objects.get().text
    assert "483-512" not in body
    assert "The same as HTML" not in body
    assert "The content is not shown: it opens a door." in body


def test_code_is_read_from_the_embedded_post_office_alone(coordinator, folder):
    notice = write(kind="login_code", text="Din kode: 483-512", html="<p>483-512</p>")
    keep(folder, notice)
    Notice.objects.update(text="Another row")

    body = coordinator.get(f"{LIST}{notice.pk}/").content.decode()

    assert body.count("483-512") == 2
    assert "Another row" not in body
    assert "The content is not shown" not in body


def test_blanked_letter_says_that_it_is_gone(coordinator):
    notice = write(kind="login_code")
    Notice.objects.update(text="(blanked)", state="failed")

    response = coordinator.get(f"{LIST}{notice.pk}/")

    assert b"The content has been deleted" in response.content
    assert b"The content is not shown" not in response.content
    assert b"Send the letter again" not in response.content


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
