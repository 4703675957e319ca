"""The municipality's colours and telephone: of use, or the site does not start."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config import brand


def test_contrast_is_that_of_the_guidelines():
    white, black, gray = (255, 255, 255), (0, 0, 0), (118, 118, 118)

    assert brand.contrast(white, black) == pytest.approx(21)
    assert brand.contrast(white, white) == pytest.approx(1)
    assert brand.contrast(white, gray) == pytest.approx(4.54, abs=0.01)
    assert brand.contrast(white, gray) == brand.contrast(gray, white)


@pytest.mark.parametrize("value", ["#0b5c6b", "#000000", "#767676"])
def test_colour_that_white_text_is_read_on_is_taken(value):
    assert brand.readable("BRAND_COLOUR", value) == value


@pytest.mark.parametrize("value", ["#777777", "#ffb454", "#ffffff"])
def test_colour_that_is_too_light_is_refused_with_its_contrast(value):
    with pytest.raises(ImproperlyConfigured, match=r"BRAND_COLOUR=.* contrast of \d+\.\d.*darker"):
        brand.readable("BRAND_COLOUR", value)


def test_accent_that_is_too_dark_for_dark_text_is_refused():
    assert brand.readable("BRAND_ACCENT", "#ffb454", on_dark_text=True) == "#ffb454"
    with pytest.raises(ImproperlyConfigured, match=r"BRAND_ACCENT=#0b5c6b .*lighter"):
        brand.readable("BRAND_ACCENT", "#0b5c6b", on_dark_text=True)


@pytest.mark.parametrize("value", ["", "red", "#fff", "#12345g", "0b5c6b", "#0b5c6b;}"])
def test_what_is_no_colour_is_refused(value):
    with pytest.raises(ImproperlyConfigured, match="is not a colour: write it as #0b5c6b"):
        brand.readable("BRAND_COLOUR", value)


def test_telephone_is_kept_with_its_country():
    assert brand.telephone("BRAND_PHONE", "+4533663366") == "33 66 33 66"
    assert brand.telephone("BRAND_PHONE", "") == ""


@pytest.mark.parametrize("value", ["12 34 56 78", "kontoret", "+45 3366", "90 20 30 40"])
def test_telephone_that_nobody_can_call_is_refused(value):
    with pytest.raises(ImproperlyConfigured, match=r"BRAND_PHONE=.* no telephone number in use"):
        brand.telephone("BRAND_PHONE", value)


def test_sheet_has_the_colour_and_darker_shades_of_it():
    text = brand.sheet("#646464", "#ffb454")

    assert text == (
        ":root{--brand:#646464;--brand-dark:#484848;--brand-darker:#2a2a2a;--accent:#ffb454}"
    )


def test_every_shade_is_readable_with_white():
    for shade in brand.sheet("#767676", "#ffb454").split(";")[:3]:
        assert brand.contrast(brand.parse("x", shade.split(":")[-1]), (255, 255, 255)) >= 4.5


@pytest.mark.django_db
def test_pages_link_the_sheet_by_its_fingerprint_and_it_is_kept_for_a_year(settings):
    browser = Client()
    page = browser.get("/").content.decode()
    address = page.split('<link rel="stylesheet" href="/brand.css')[1].split('"')[0]

    exact, bare = browser.get(f"/brand.css{address}"), browser.get("/brand.css")

    assert address.startswith("?v=")
    assert exact["Content-Type"] == "text/css; charset=utf-8"
    assert exact["Cache-Control"] == "public, max-age=31536000, immutable"
    assert bare["Cache-Control"] == "public, max-age=300"
    assert settings.BRAND_COLOUR in exact.content.decode()


def test_sheet_with_other_colours_has_another_address():
    one, other = brand.sheet("#0b5c6b", "#ffb454"), brand.sheet("#1f4a80", "#ffb454")

    assert brand.fingerprint(one) == brand.fingerprint(one)
    assert brand.fingerprint(one) != brand.fingerprint(other)
