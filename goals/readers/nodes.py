"""A JSON file taken apart: each object asks for its keys and notes what is wrong with them."""

import codecs
import datetime
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from workshops.cpr import hide_cpr, looks_like_cpr
from workshops.readers import letters
from workshops.readers.cells import parse_date
from workshops.readers.problems import CannotRead, Cell, Problem, Problems

MOST_BYTES = 5_000_000
# Real names of things are short; what is longer is no key of ours.
LONGEST_KEY = 60
_LARGEST = 2**31 - 1


def read_object(path: Path, problems: Problems) -> "Node":
    """Return the JSON of *path* as the node of its outermost object.

    UTF-8 with or without BOM, UTF-16 with one, else Windows-1252. Keys and texts are brought to
    NFC. Raises CannotRead for what is no JSON.
    """
    try:
        loaded = json.loads(_text(path), object_pairs_hook=_normal)
    except json.JSONDecodeError as fault:
        told = _("The file is not JSON: it cannot be read from sign %(sign)s of this row on.")
        raise _cannot_read(path, told % {"sign": fault.colno}, row=fault.lineno) from fault
    except _BadKeyError as fault:
        raise _cannot_read(path, str(fault)) from fault
    except (ValueError, RecursionError) as fault:  # numbers and nesting without end
        raise _cannot_read(path, _("The file is not JSON that can be read.")) from fault
    return Node(hide_cpr(path.name), "", loaded, problems)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as fault:
        raise _cannot_read(path, _("The file cannot be opened.")) from fault
    if len(raw) > MOST_BYTES:
        told = _("The file is larger than %(most)d bytes.")
        raise _cannot_read(path, told % {"most": MOST_BYTES})
    if not raw.strip():
        raise _cannot_read(path, _("The file is empty."))
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "cp1252"]:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _cannot_read(path, _("The file is not a text."))


def _cannot_read(path: Path, fault: str, *, row: int | None = None) -> CannotRead:
    return CannotRead(
        Problem(
            file=hide_cpr(path.name),
            row=row,
            column="",
            value="",
            fault=fault,
            cure=_("Save the plan as JSON in UTF-8, in the shape of the example."),
        )
    )


class _BadKeyError(ValueError):
    """A key stands twice in an object, or cannot be a key; says so."""


def _normal(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Bring keys and texts to NFC."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = unicodedata.normalize("NFC", key)
        if len(name) > LONGEST_KEY or _has_controls(name):
            raise _BadKeyError(_("A key is too long or holds a control character."))
        if name in found:
            told = _("The key “%(key)s” stands twice in the same object.")
            raise _BadKeyError(told % {"key": hide_cpr(name)})
        found[name] = unicodedata.normalize("NFC", value) if isinstance(value, str) else value
    return found


def _has_controls(text: str, *, but: str = "") -> bool:
    return any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in but for sign in text)


class Node:
    """One object on its way to a row; finish() warns of the keys that nobody asked for."""

    def __init__(self, file: str, place: str, value: object, problems: Problems) -> None:
        self._file, self._place, self._problems = file, place, problems
        self._asked: set[str] = set()
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}
        self._is_object = True
        if not isinstance(value, dict):
            self.fault("", value, _("This is not an object."), _("Write { … } with its keys."))
            self._is_object = False  # nothing more is told of it

    def fault(self, key: str, value: object, fault: str, cure: str) -> None:
        """Note a fault of *key*."""
        if self._is_object:
            self._note(key, value, fault, cure)

    def warning(self, key: str, value: object, fault: str, cure: str) -> None:
        """Note something about *key* that is no fault."""
        self._note(key, value, fault, cure, warning=True)

    def _note(
        self, key: str, value: object, fault: str, cure: str, *, warning: bool = False
    ) -> None:
        column = ".".join(part for part in (self._place, key) if part)
        self._problems.add(
            file=self._file,
            column=column,
            value=_cell(value),
            fault=fault,
            cure=cure,
            warning=warning,
        )

    def finish(self) -> None:
        """Warn of keys that nobody asked for."""
        for key in sorted(self._value.keys() - self._asked):
            self.warning(key, "", _("This key is not known."), _("It is ignored."))

    def text(self, key: str, *, most: int = 200, required: bool = True, lines: bool = False) -> str:
        """Return a text, "" for one at fault: missing, too long, or with a CPR number.

        With *lines* it may have line breaks.
        """
        self._asked.add(key)
        value = self._value.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or (required and not value.strip()):
            self.fault(key, value, _("A text is missing here."), _("Write a text in quotes."))
            return ""
        text = value.strip()
        if looks_like_cpr(text):
            told = _("The text holds what looks like a CPR number.")
            self.fault(key, text, told, _("Take the number out; it has no place here."))
        elif _has_controls(text, but="\n\r\t" if lines else ""):
            told = _("The text holds a control character.")
            self.fault(key, text, told, _("Delete the text and write it anew."))
        elif len(text) > most:
            told = _("The text is longer than %(most)d characters.") % {"most": most}
            self.fault(key, text, told, _("Write it shorter."))
        else:
            if doubt := letters.doubt(text):
                self.warning(key, text, *doubt)
            return text
        return ""

    def choice(self, key: str, values: tuple[str, ...], *, required: bool = True) -> str:
        """Return one of *values*, compared without regard to case."""
        value = self.text(key, required=required).casefold()
        if value and value not in values:
            told = _("“%(value)s” is not known here.") % {"value": value}
            cure = _("Write one of: %(values)s.") % {"values": ", ".join(values)}
            self.fault(key, value, told, cure)
            return ""
        return value

    def number(self, key: str, *, required: bool = False, largest: int = _LARGEST) -> int | None:
        """Return a whole number from 0 to *largest*, or None."""
        self._asked.add(key)
        value = self._value.get(key)
        if value is None and not required:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= largest:
            told = _("This is not a whole number from 0 to %(largest)d.") % {"largest": largest}
            self.fault(key, value, told, _("Write a number without quotes, for example 4000."))
            return None
        return value

    def date(self, key: str) -> datetime.date:
        """Return a date written YYYY-MM-DD."""
        value = self.text(key)
        day = parse_date(value)
        if value and day is None:
            told = _("This is not a date.")
            self.fault(key, value, told, _("Write year-month-day, for example 2024-08-01."))
        return day or datetime.date.min

    def nullable(self, key: str) -> str | None:
        """Return a text, or None where the file says null."""
        self._asked.add(key)
        if key in self._value and self._value[key] is None:
            return None
        return self.text(key, most=60)

    def nodes(self, key: str, *, required: bool = True) -> Iterator["Node"]:
        """Yield the objects of a list."""
        self._asked.add(key)
        value = self._value.get(key, [] if not required else None)
        if not isinstance(value, list):
            self.fault(key, value, _("A list is missing here."), _("Write [ … ] with its items."))
            return
        for place, item in enumerate(value):
            name = ".".join(part for part in (self._place, f"{key}[{place}]") if part)
            node = Node(self._file, name, item, self._problems)
            yield node
            node.finish()


def _cell(value: object) -> Cell:
    """A value as a message may show it; of lists and objects nothing is told."""
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return value if isinstance(value, str | int | float) else str(value)
