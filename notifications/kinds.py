"""The kinds of letters: which facts each needs, with a sample of each, and how secret it is.

Each app declares its own kinds as KINDS in a module that settings.LETTER_KINDS names.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

Facts = Mapping[str, Any]


class FactsError(ValueError):
    """The facts of a letter are not those that its kind needs."""


class UnknownKindError(LookupError):
    """No app declares this kind of letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of letter.

    `template` has its subject and its words; its text version is read from it (plain.py).
    `sample` has a value for each fact it needs, plain as JSON or a lazy translation.
    `words` turns facts into what the templates print, in the active language.
    `lifetime` is given to what opens a door: it is not sent when older, loses its content once it
    has left or been given up, and is shown to nobody.
    """

    name: str
    title: str | Promise
    template: str
    sample: Facts
    words: Callable[[Facts], Facts] = dict
    lifetime: datetime.timedelta | None = None

    @property
    def opens_a_door(self) -> bool:
        return self.lifetime is not None

    def check(self, facts: Facts) -> None:
        """Raise FactsError unless *facts* are those of the sample, no fewer and no more."""
        missing, surplus = self.sample.keys() - facts.keys(), facts.keys() - self.sample.keys()
        if missing or surplus:
            message = (
                f"Letter {self.name!r}: missing facts {sorted(missing)}, surplus {sorted(surplus)}."
            )
            raise FactsError(message)

    def sample_in(self, language: str) -> Facts:
        """Return the sample as a row would keep it, its words in *language*."""
        with translation.override(language):
            return {name: _said(value) for name, value in self.sample.items()}


def _said(value: Any) -> Any:
    """Return *value* with its lazy translations spoken."""
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _said(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_said(part) for part in value]
    return value


@cache
def every() -> Mapping[str, Kind]:
    """Return all kinds by name, in the order of settings.LETTER_KINDS; a name is declared once."""
    found: dict[str, Kind] = {}
    for place in settings.LETTER_KINDS:
        for kind in import_module(place).KINDS:
            if kind.name in found:
                message = f"The kind of letter {kind.name!r} is declared twice, also in {place}."
                raise ValueError(message)
            found[kind.name] = kind
    return found


def find(name: str) -> Kind:
    """Return the kind of that name or raise UnknownKindError."""
    kind = every().get(name)
    if kind is None:
        message = f"No app declares the kind of letter {name!r}."
        raise UnknownKindError(message)
    return kind


def title(name: str) -> str:
    """Return what staff call that kind, in the active language; its bare name when unknown."""
    kind = every().get(name)
    return str(kind.title) if kind else name


def titled_like(words: str) -> list[str]:
    """Return the names of the kinds in whose titles *words* occur, in the active language."""
    wanted = words.casefold()
    return [name for name, kind in every().items() if wanted in str(kind.title).casefold()]


def openers() -> list[str]:
    """Return the names of the kinds that open a door."""
    return [name for name, kind in every().items() if kind.opens_a_door]
