"""Redis is down: nobody is kept from signing in, booking or counting."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.factories import create_user
from tests.services import free_port

WORD = "en lang sætning som kodeord"


@pytest.fixture
def down(settings):
    """The cache of production, with nobody at its address."""
    options = {"socket_connect_timeout": 1, "socket_timeout": 1}
    settings.CACHES = {
        "default": {
            "BACKEND": "config.cache.ForgivingCache",
            "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
            "OPTIONS": options,
        }
    }


@pytest.mark.usefixtures("down")
def test_cache_that_is_down_is_an_empty_one(caplog):
    assert cache.add("key", 1) is True
    assert cache.set("key", 1) is None
    assert cache.get("key", "nothing") == "nothing"
    assert cache.delete("key") is False
    assert cache.count({"key": 60, "other": 60}) == [1, 1]
    with pytest.raises(ValueError, match="key"):
        cache.incr("key")
    assert "the cache is down" in caplog.text


@pytest.mark.django_db
@pytest.mark.usefixtures("down")
@pytest.mark.parametrize(
    ("page", "typed", "status"),
    [
        ("account_login", {"login": "anna@example.org", "password": WORD}, 302),
        ("account_login", {"login": "anna@example.org", "password": "another"}, 200),
        ("account_request_login_code", {"email": "anna@example.org"}, 302),
        ("account_reset_password", {"email": "anna@example.org"}, 302),
    ],
)
def test_signing_in_goes_on(client, page, typed, status):
    anna = create_user(role="facilitator", email="anna@example.org")
    anna.set_password(WORD)
    anna.save()

    assert client.post(reverse(page), typed).status_code == status
