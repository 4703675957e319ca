"""Secret links: derived when a letter leaves, so that no table and no log holds one in clear."""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import escape

TOKEN_BYTES = 24  # 192 bits; 32 letters in the address


@dataclass(frozen=True, slots=True)
class SecretLink:
    """What a link is made from; `path` holds "{token}" where the secret goes.

    Raising the *generation* of the subject kills every link made before.
    """

    purpose: str
    subject: str
    generation: int
    path: str


def token(purpose: str, subject: str, generation: int) -> str:
    """Return the secret of this subject: always the same, never stored."""
    return _token(purpose, subject, generation, key=settings.SECRET_KEY)


def is_valid(given: str, *, purpose: str, subject: str, generation: int) -> bool:
    """Say in constant time whether *given* is the secret of this subject.

    While SECRET_KEY is being replaced, links made with one of SECRET_KEY_FALLBACKS live on.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    right = [_token(purpose, subject, generation, key=key) for key in keys]
    return any([constant_time_compare(given, one) for one in right])  # noqa: C419 - compares all


def address(link: SecretLink) -> str:
    """Return the whole address, as it stands in a letter and nowhere else."""
    secret = token(link.purpose, link.subject, link.generation)
    return f"{settings.SITE_URL}{link.path.replace('{token}', secret)}"


def as_stored(links: Mapping[str, SecretLink]) -> dict[str, dict[str, Any]]:
    """Return links as a row keeps them: what they are made from."""
    return {name: asdict(link) for name, link in links.items()}


def filled(body: str, stored: Mapping[str, Mapping[str, Any]], *, is_html: bool = False) -> str:
    """Put the address of each link in the place of its mark, "[[name]]"."""
    for name, link in _links(stored):
        there = address(link)
        body = body.replace(f"[[{name}]]", escape(there) if is_html else there)
    return body


def _links(stored: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, SecretLink]]:
    return ((name, SecretLink(**parts)) for name, parts in stored.items())


def _token(purpose: str, subject: str, generation: int, *, key: str | bytes) -> str:
    content = json.dumps([purpose, subject, generation])
    digest = salted_hmac("notifications.links", content, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode()
