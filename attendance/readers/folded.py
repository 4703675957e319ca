"""Texts that are compared folded: folding can lengthen one (ß is ss), and both must fit."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from workshops.readers.cells import RowReader


def text(
    reader: RowReader,
    column: str,
    *,
    fold: Callable[[str], str],
    max_length: int,
    required: bool = False,
) -> str:
    """Return the text of *column*; refuse it when it is longer than *max_length*, also folded."""
    found = reader.text(column, max_length=max_length, required=required)
    if len(fold(found)) > max_length:
        told = _("The text is longer than %(most)d characters when it is compared.")
        reader.refuse(column, fault=told % {"most": max_length}, cure=_("Write it shorter."))
        return ""
    return found
