"""From facts to a letter: HTML by the template of its kind, subject and text as it says them."""

import traceback
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils import translation

from notifications import kinds, plain
from notifications.kinds import Facts, FactsError, UnknownKindError

SUBJECT = 200  # as many signs as its column has room for
# What these say names code and facts, never what stands in a fact.
_TELLING = (FactsError, UnknownKindError, TemplateDoesNotExist, TemplateSyntaxError)


class UnrenderableError(Exception):
    """Templates and facts do not fit: says why, and in `place` where, never what a fact holds."""

    def __init__(self, error: Exception) -> None:
        told = f": {error}" if isinstance(error, _TELLING) else ""
        super().__init__(f"{type(error).__name__}{told}")
        self.place = "".join(traceback.format_tb(error.__traceback__))


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words; its secret links still stand as marks, "[[name]]"."""

    subject: str
    text: str
    html: str


def render(name: str, facts: Facts, *, language: str) -> Rendered:
    """Render a letter of the kind *name* with what the site is now; the subject is one line.

    Raises UnrenderableError, also for facts of another version of the kind: there would be holes.
    """
    try:
        return _render(name, facts, language=language)
    except Exception as error:  # noqa: BLE001 - whatever a template raises is this letter's fault
        raise UnrenderableError(error) from None


def _render(name: str, facts: Facts, *, language: str) -> Rendered:
    kind = kinds.find(name)
    kind.check(facts)
    with translation.override(language):
        context = {**_site(), "LANGUAGE_CODE": language, **kind.words(facts)}
        html = render_to_string(kind.template, context)
    subject, text = plain.read(html)
    return Rendered(subject=subject[:SUBJECT], text=text, html=html)


def sample(name: str, *, language: str) -> Rendered:
    """Render a letter of the kind *name* from its sample facts."""
    return render(name, kinds.find(name).sample_in(language), language=language)


def _site() -> dict[str, Any]:
    return {
        "BRAND_NAME": settings.BRAND_NAME,
        "BRAND_COLOUR": settings.BRAND_COLOUR,
        "BRAND_OWNER": settings.BRAND_OWNER,
        "BRAND_EMAIL": settings.BRAND_EMAIL,
        "BRAND_PHONE": settings.BRAND_PHONE,
        "SITE_URL": settings.SITE_URL,
    }
