"""`python -m tests.benching.inside WHAT …`: rows of the town that is measured, made by its own code.

Runs in the environment of the checkout that is measured; the answer is the last line, as JSON.

town                      the catalogue
narrow NAME SEATS TAKEN   one more date
forms NUMBER WHERE [bare] that many filled-in forms that wait for their last button; their tokens
counts NUMBER             sessions that have ended, with a class each, for one facilitator
history NUMBER            that many bookings at once, for the export
booking, count TWINS       the statements of one, and so many more rows of its kind: see seen.py
set-aside, again NUMBER, take-up: letters that are sent again and again, see posted.py
letters, years, cookies   for ./dev bench lists: see years.py
"""

import json
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.benching.inside import counted, posted, rows, seen, years

    words = {
        "town": rows.town,
        "narrow": lambda name, seats, taken: rows.narrow(name, int(seats), int(taken)),
        "forms": lambda number, where, *bare: rows.tokens(int(number), where, held=not bare),
        "counts": lambda number: counted.counts(int(number)),
        "history": lambda number: counted.history(int(number)),
        "booking": lambda twins: seen.booking(int(twins)),
        "count": lambda twins: seen.count(int(twins)),
        "set-aside": posted.set_aside,
        "again": lambda number: posted.again(int(number)),
        "take-up": posted.take_up,
        "letters": years.letters,
        "years": years.years,
        "cookies": years.cookies,
    }
    what, *rest = sys.argv[1:]
    answer = words[what](*rest)
    rows.analyse()
    print(json.dumps(answer))
