"""Who asks: the address behind our own proxies, and the browser."""

import re

import pytest
from django.test import RequestFactory

from booking.models import Draft, Hold
from booking.views.clients import browser_of, client_of
from notifications.models import Notice
from tests import factories
from tests.booking.filling import at, begun, filled, pick, soon

RULES = [
    (0, "203.0.113.9", "198.51.100.1", "203.0.113.9"),
    (1, "10.0.0.1", "198.51.100.1", "198.51.100.1"),
    (1, "10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
    (2, "10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
    (2, "10.0.0.1", "198.51.100.1", "10.0.0.1"),
    (1, "10.0.0.1", "", "10.0.0.1"),
    (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
    (0, "::ffff:192.0.2.7", "", "192.0.2.7"),
    (1, "10.0.0.1", "nonsense", "nonsense"),
    (0, "", "", "unknown"),
]


@pytest.mark.parametrize(("proxies", "remote", "passed", "client"), RULES)
def test_client_is_whom_our_own_proxies_have_seen(settings, proxies, remote, passed, client):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=passed)

    assert client_of(request) == client


def test_browser_is_known_by_the_cookie_of_its_forms():
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1")
    assert browser_of(request) == "address:192.0.2.1"

    request.META["CSRF_COOKIE"] = "s" * 32
    assert browser_of(request) == f"cookie:{'s' * 32}"


# --- throttles at the pages --------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("one_window")
def test_client_that_begins_too_often_is_told_what_to_do(settings):
    settings.THROTTLE_ADDRESS = 2
    session = factories.create_session()
    for _time in range(2):
        begun(session, 1)

    _client, answer = pick(session, 1)

    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"
    assert re.search("10 minut", answer.content.decode())
    other, _token = begun(session, 1, REMOTE_ADDR="192.0.2.77")
    assert other
    assert Draft.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("one_window")
def test_address_gets_only_so_many_letters(settings):
    settings.THROTTLE_EMAIL = 1
    answers = []
    for day in (10, 11):
        client, token = filled(factories.create_session(starts=soon(day)), known=False)
        answers.append(client.post(at("booking-check", token)))

    assert [answer.status_code for answer in answers] == [302, 429]
    assert Notice.objects.filter(recipient="lone@example.org").count() == 1
    assert Hold.objects.count() == 1  # nothing typed is lost: it can be sent later


@pytest.mark.django_db
def test_booking_goes_on_while_the_cache_is_down(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "config.cache.ForgivingCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    client, token = filled(factories.create_session())

    assert client.post(at("booking-check", token)).url == at("booking-receipt", token)


@pytest.mark.django_db
@pytest.mark.usefixtures("one_window")
def test_school_search_is_throttled_generously(client, settings):
    settings.THROTTLE_SEARCH = 2

    answers = [client.get("/schools/", {"q": "ny"}) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["schools"] == []
