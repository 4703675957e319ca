"""What the address of the catalogue asks for; what cannot be read is left out, never an error."""

from django.http import QueryDict  # noqa: TID251 - only the type of request.GET

from workshops.models import Audience
from workshops.reports.offers import Wanted

GRADES = range(11)
LANGUAGES = ("da", "en")
# In addresses, English words; in the tables, those of the registration files.
AUDIENCES = {audience.name.lower(): audience.value for audience in Audience}
_LONGEST = 100


def read(typed: QueryDict) -> Wanted:
    """Return what is looked for."""
    grade, district = _number(typed.get("grade")), _number(typed.get("district"))
    language = typed.get("language", "")
    return Wanted(
        text=" ".join(typed.get("q", "").split())[:_LONGEST],
        audience=AUDIENCES.get(typed.get("audience", ""), ""),
        grade=grade if grade in GRADES else None,
        topics=tuple(sorted({slug[:40] for slug in typed.getlist("topic") if slug})),
        district=district,
        language=language if language in LANGUAGES else "",
        only_free="free" in typed,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else None
