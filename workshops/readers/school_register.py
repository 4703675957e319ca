"""Reads the national register of institutions, as it was exported in 2016 and as in 2026."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from workshops import municipalities, telephones
from workshops.readers.cells import RowReader
from workshops.readers.layouts import Heading, Layout, Table
from workshops.readers.problems import Problems
from workshops.readers.tables import read_table

# Column in the code: heading of 2016, heading of 2026, must it be there.
_COLUMNS = (
    ("number", "INST_NR", "Institutionsnummer", True),
    ("name", "INST_NAVN", "Institutionsnavn", True),
    ("type_code", "INST_TYPE_NR", "Institutionstype, nr", True),
    ("type_name", "INST_TYPE_NAVN", "Institutionstype, navn", True),
    ("unit_kind", "ENHEDSART", "Enhedsart", False),
    ("address", "INST_ADR", "Adresse", True),
    ("postcode", "POSTNR", "Postnummer", True),
    ("town", "POSTDISTRIKT", "Postdistrikt", True),
    ("municipality", "BEL_KOMMUNE", "Beliggenhedskommune", True),
    ("main_school", "HOVEDSKOLE_INST", "Hovedinstitution", True),
    ("phone", "TLF_NR", "Telefonnummer", False),
    ("email", "E_MAIL", "E-mail adresse", False),
    ("website", "WEB_ADR", "Webadresse", False),
    ("closes_on", "Nedlæggelsesdato", "Nedlæggelsesdato", False),
)
# Known and never read; the leader's name stands among them.
_UNUSED_2016 = (
    "INST_TYPE_GRUPPE",
    "UNDERV_NIV",
    "INST_LEDER",
    "CVR_NR",
    "KOMMUNE_NR",
    "ADM_KOMMUNE_NAVN",
    "BEL_KOMMUNE_NAVN",
    "BEL_REGION",
    "REGION_NAVN",
    "EJER_KODE",
    "EJERKODE_NAVN",
)
_UNUSED_2026 = (
    "Vejkode",
    "Beliggenhedsregion",
    "Geokode: Breddegrad",
    "Geokode: Længdegrad",
    "Institutionsleder",
    "Undervisningsniveau",
    "Ressortministerium",
    "CVR-nummer",
    "P-nummer",
    "Ejerkode, nr",
    "Ejerkode, navn",
    "Administrativ kommune",
    "Aktivkode, nr",
    "Aktivkode, navn",
    "Ajourdato",
    "Oprettelsesmåned",
)


def _layout(name: str, *, dialect: int, unused: tuple[str, ...]) -> Layout:
    """One dialect, which also knows a column by the other's heading."""
    headings = (
        Heading(column, label=spelled[dialect], aliases=(spelled[1 - dialect],), required=must)
        for column, *spelled, must in _COLUMNS
    )
    return Layout(name, tuple(headings), unused=unused)


LAYOUTS = (
    _layout("2016", dialect=0, unused=_UNUSED_2016),
    _layout("2026", dialect=1, unused=_UNUSED_2026),
)


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """What the register says of one institution; equal rows say the same."""

    number: str
    name: str
    type_code: str
    type_name: str
    unit_kind: str
    address: str
    postcode: str
    town: str
    municipality_code: str
    main_school_number: str
    phone: str
    email: str
    website: str
    closes_on: datetime.date | None


@dataclass(frozen=True)
class RegisterFile:
    """The faultless rows of a file, and how many blank ones it has."""

    rows: tuple[RegisterRow, ...]
    ignored: int


def read_register(path: Path, *, problems: Problems) -> RegisterFile:
    """Read a register in either dialect; faults go to *problems*. Raises CannotRead."""
    table = read_table(path, layouts=LAYOUTS, problems=problems)
    return RegisterFile(tuple(_rows(table, problems)), table.blank)


def _rows(table: Table, problems: Problems) -> Iterator[RegisterRow]:
    first: dict[str, int] = {}
    for raw in table:
        reader = RowReader(table, raw, problems)
        row = _row(reader)
        earlier = first.setdefault(row.number, reader.number) if row.number else reader.number
        if earlier != reader.number:
            reader.refuse(
                "number",
                fault=_("The institution number is also in row {row}.").format(row=earlier),
                cure=_("Keep one of the rows."),
            )
        if not reader.failed:
            yield row


def _row(reader: RowReader) -> RegisterRow:
    return RegisterRow(
        number=reader.institution_number("number", required=True),
        name=reader.text("name", max_length=160, required=True),
        type_code=reader.text("type_code", max_length=8, required=True),
        type_name=reader.text("type_name", max_length=120),
        unit_kind=reader.text("unit_kind", max_length=60),
        address=reader.text("address", max_length=160),
        postcode=_postcode(reader),
        town=reader.text("town", max_length=60),
        municipality_code=_municipality(reader),
        main_school_number=reader.institution_number("main_school"),
        phone=telephones.tidied(reader.text("phone", max_length=20, guarded=False)),
        email=_email(reader),
        website=reader.text("website", max_length=120),
        closes_on=reader.date("closes_on"),
    )


def _postcode(reader: RowReader) -> str:
    """A number in a cell has lost its leading zero (0800 Høje Taastrup)."""
    text = reader.text("postcode", max_length=8)
    return text.zfill(4) if text.isdigit() else text


def _municipality(reader: RowReader) -> str:
    text = reader.text("municipality", max_length=80, required=True)
    code = municipalities.code_of(text) if text else ""
    if code is None:
        reader.refuse(
            "municipality",
            fault=_("This municipality is not known."),
            cure=_("Write its code, such as 101, or its name."),
        )
    return code or ""


def _email(reader: RowReader) -> str:
    text = reader.text("email", max_length=254)
    try:
        validate_email(text or "nobody@example.org")
    except ValidationError:
        reader.warn(
            "email",
            fault=_("This is not an e-mail address and is left out."),
            cure=_("Correct the address."),
        )
        return ""
    return text
