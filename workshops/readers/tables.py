"""Reads a table from a file, CSV or XLSX; the content decides which it is, never the name."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from workshops.readers import delimited, sheets
from workshops.readers.layouts import Layout, Table
from workshops.readers.problems import CannotRead, Problems

# The first bytes of what people take for a table.
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")


def read_table(
    path: Path,
    *,
    layouts: Sequence[Layout],
    problems: Problems,
    file: str = "",
    max_bytes: int | None = None,
) -> Table:
    """Read the table in *path* as the layout that its headings fit best.

    Faults of headings and rows go to *problems*; the table then has no rows, or rows that say
    which of their cells were refused. *file* is the name used in messages (default: the file's
    own). Raises CannotRead when the file as a whole is none of what we read.
    """
    file = file or path.name
    limit = settings.IMPORT_MAX_BYTES if max_bytes is None else max_bytes
    start = _first_bytes(path, file=file, limit=limit)
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        return sheets.read(path, layouts=layouts, problems=problems, file=file)
    _refuse_binary(start, file=file)
    return delimited.read(path, layouts=layouts, problems=problems, file=file)


def digest_of(path: Path) -> str:
    """Return "sha256:" and the digest of the file's bytes."""
    with path.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def _first_bytes(path: Path, *, file: str, limit: int) -> bytes:
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            start = stream.read(16)
    except OSError as error:
        raise CannotRead.because(
            file,
            fault=_("The file cannot be opened."),
            cure=_("Check its name and whether you may read it."),
        ) from error
    if size > limit:
        raise CannotRead.because(
            file,
            fault=_("The file has {size} bytes, and no more than {limit} are read.").format(
                size=size, limit=limit
            ),
            cure=_("Split it into smaller files."),
        )
    if not size:
        raise CannotRead.because(
            file, fault=_("The file is empty."), cure=_("Save the table again, with its headings.")
        )
    return start


def _refuse_binary(start: bytes, *, file: str) -> None:
    cure = _("Save the table as .xlsx or CSV and use that file.")
    if start.startswith(_OLD_EXCEL):
        fault = _("The file is an old Excel file (.xls), or one with a password.")
        raise CannotRead.because(
            file, fault=fault, cure=_("Save it as .xlsx or CSV, without a password.")
        )
    if start.startswith(b"%PDF"):
        raise CannotRead.because(file, fault=_("The file is a PDF and not a table."), cure=cure)
    if start.startswith(_PICTURES) and b"\x00" in start:
        raise CannotRead.because(file, fault=_("The file is a picture and not a table."), cure=cure)
