"""Register files as tests write them, and what the database then says of the schools."""

from __future__ import annotations

import datetime

from tests import commands
from workshops.models import School, SchoolClosing


def register_of(tmp_path, *rows, columns=commands.SCHOOLS, name="r.csv"):
    return commands.write_table(tmp_path / name, rows, columns=columns)


def schools(*numbers, **values):
    return [commands.school(number, **values) for number in numbers]


def applied(file, day, *options):
    return commands.import_register(file, day, *options).splitlines()


def closings():
    rows = SchoolClosing.objects.order_by("school__number", "closed_from")
    return [
        (number, str(since), str(until) if until else None)
        for number, since, until in rows.values_list("school__number", "closed_from", "reopened_on")
    ]


def open_on(day):
    day = datetime.date.fromisoformat(day)
    return sorted(School.objects.open_on(day).values_list("number", flat=True))


def name_on(number, day):
    return School.objects.get(number=number).version_on(datetime.date.fromisoformat(day)).name
