"""Who gets which page: the one table, held against the URL configuration and the real answers.

`python -m tests.matrix` writes it to docs/pages.md.
"""

from __future__ import annotations

from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "pages.md"
PEOPLE = {
    "anonymous": "anybody; where the address holds a secret, with a made-up one",
    "link": "whoever holds the secret link of the booking, or of the form being filled in",
    "stranger": "somebody signed in who has no role",
    "facilitator": "a facilitator, who leads the session",
    "external": "a deliverer from outside, who leads the session by the deliverer's code",
    "other": "a facilitator, who leads other sessions",
    "coordinator": "a coordinator, who has uploaded the file",
    "manager": "a manager",
    "superuser": "an administrator",
}

# A row has a word for each of them: the status; `login`: the way to the log-in page; `on`: the
# way to another page, after what was asked for was done or was not needed.
ALL = "{0} {0} {0} {0} {0} {0} {0} {0} {0}"
SHOWN, NO_POST, NOWHERE = ALL.format("200"), ALL.format("405"), ALL.format("404")
GUESTS = "{0} {0} on on on on on on on"  # pages for signing in, which the signed-in need not see
HOLDER = "404 {0} 404 404 404 404 404 404 404"
STAFF = "login login {0} {0} {0} {0} {0} {0} {0}"
LEADERS = "login login 403 {0} {0} 404 404 404 404"
DESK = "login login 403 403 403 403 {0} {0} {0}"
UPLOADER = "login login 403 403 403 403 {0} 404 404"
CHIEFS = "login login 403 403 403 403 403 {0} {0}"

# Each address: what a GET gives, and what a POST with nothing in it gives.
TABLE = {
    # common
    "healthz": (SHOWN, SHOWN),
    "readyz": (SHOWN, SHOWN),
    "brand_css": (SHOWN, NO_POST),
    "set_language": (ALL.format("on"), ALL.format("on")),
    # expected
    "robots": (SHOWN, NO_POST),
    "sitemap": (SHOWN, NO_POST),
    "manifest": (SHOWN, NO_POST),
    "favicon": (ALL.format("on"), NO_POST),
    "apple-touch-icon": (ALL.format("on"), NO_POST),
    "apple-touch-icon-old": (ALL.format("on"), NO_POST),
    "security": (NOWHERE, NO_POST),  # unless somebody is named who would read it
    "security-old": (ALL.format("on"), NO_POST),
    "change-password": (ALL.format("on"), NO_POST),
    "login": (ALL.format("login"), NO_POST),
    "was-slash": (ALL.format("on"), NO_POST),
    # accounts
    "account_login": (GUESTS.format("200"), GUESTS.format("200")),
    "account_request_login_code": (GUESTS.format("200"), GUESTS.format("200")),
    "account_confirm_login_code": (STAFF.format("on"), STAFF.format("on")),
    "account_logout": (STAFF.format("200"), "login login login login login login login login login"),
    "account_inactive": (SHOWN, NO_POST),
    "account_signup": (GUESTS.format("200"), GUESTS.format("200")),
    # The manager has a password, the others sign in by code.
    "account_change_password": ("login login on on on on on 200 on", "login login on on on on on 200 on"),
    "account_set_password": ("login login 200 200 200 200 200 on 200", "login login 200 200 200 200 200 on 200"),
    "account_reset_password": (SHOWN, SHOWN),
    "account_reset_password_done": (SHOWN, NO_POST),
    "account_reset_password_from_key": (SHOWN, SHOWN),
    "account_reset_password_from_key_done": (SHOWN, NO_POST),
    # public
    "public:privacy": (SHOWN, NO_POST),
    "public:was": (SHOWN, NO_POST),
    "public:catalogue": (SHOWN, NO_POST),
    "public:workshop": (SHOWN, NO_POST),
    "public:booking-begin": (ALL.format("on"), ALL.format("422")),
    "public:booking-details": (HOLDER.format("200"), HOLDER.format("422")),
    "public:booking-check": (HOLDER.format("200"), HOLDER.format("on")),
    "public:booking-receipt": (HOLDER.format("200"), HOLDER.format("405")),
    "public:hold-extend": (HOLDER.format("on"), HOLDER.format("on")),
    "public:booking-leave": (HOLDER.format("on"), HOLDER.format("on")),
    "public:booking-switch": (HOLDER.format("on"), NOWHERE),
    "public:school-search": (SHOWN, NO_POST),
    "public:link-lost": (SHOWN, ALL.format("422")),
    "public:booking": (HOLDER.format("200"), HOLDER.format("405")),
    "public:mailbox-confirm": (HOLDER.format("200"), HOLDER.format("on")),
    "public:booking-cancel": (HOLDER.format("200"), HOLDER.format("on")),
    "public:booking-ics": (HOLDER.format("200"), HOLDER.format("405")),
    # facilitate
    "facilitate:sessions": ("login login 403 200 200 200 200 200 200", STAFF.format("405")),
    "facilitate:session-count": (LEADERS.format("200"), LEADERS.format("on")),
    "facilitate:register-submit": (LEADERS.format("on"), LEADERS.format("422")),
    # manage
    "manage:start": ("login login 200 on on on 200 200 200", STAFF.format("405")),
    "manage:staff-list": (CHIEFS.format("200"), CHIEFS.format("200")),
    "manage:staff-invite": (CHIEFS.format("200"), CHIEFS.format("422")),
    "manage:staff-edit": (CHIEFS.format("200"), CHIEFS.format("on")),
    "manage:staff-disable": (STAFF.format("405"), CHIEFS.format("on")),
    "manage:staff-enable": (STAFF.format("405"), CHIEFS.format("on")),
    "manage:staff-invite-again": (STAFF.format("405"), CHIEFS.format("on")),
    "manage:workshop-new": (DESK.format("200"), DESK.format("422")),
    "manage:workshop-edit": (DESK.format("200"), DESK.format("422")),
    "manage:workshop-texts": (DESK.format("200"), DESK.format("409")),
    "manage:workshop-preview": (DESK.format("200"), STAFF.format("405")),
    "manage:workshop-publish": (STAFF.format("405"), DESK.format("on")),
    "manage:workshop-pause": (STAFF.format("405"), DESK.format("on")),
    "manage:workshop-archive": (STAFF.format("405"), DESK.format("on")),
    "manage:import-register": (DESK.format("200"), DESK.format("422")),
    "manage:import-register-check": (UPLOADER.format("200"), UPLOADER.format("409")),
    "manage:sessions": (DESK.format("200"), STAFF.format("405")),
    "manage:counts-approve": (STAFF.format("405"), DESK.format("on")),
    "manage:session": (DESK.format("200"), STAFF.format("405")),
    "manage:session-count": (DESK.format("200"), DESK.format("on")),
    "manage:register-submit": (DESK.format("on"), DESK.format("422")),
    "manage:register-reopen": (DESK.format("200"), DESK.format("422")),
    "manage:headcount-approve": (STAFF.format("405"), DESK.format("on")),
    "manage:headcount-reject": (DESK.format("200"), DESK.format("422")),
    "manage:headcount-correct": (DESK.format("200"), DESK.format("422")),
    "manage:bookings": (DESK.format("200"), STAFF.format("405")),
    "manage:bookings-csv": (DESK.format("200"), STAFF.format("405")),
    "manage:booking": (DESK.format("200"), DESK.format("on")),
    "manage:errands": (DESK.format("200"), STAFF.format("405")),
    "manage:errand-done": (STAFF.format("405"), DESK.format("on")),
    "manage:workshops": (DESK.format("200"), STAFF.format("405")),
    "manage:workshop-sessions": (DESK.format("200"), STAFF.format("405")),
    "manage:session-new": (DESK.format("200"), DESK.format("422")),
    "manage:session-edit": (DESK.format("200"), DESK.format("422")),
    "manage:session-staff": (DESK.format("200"), DESK.format("422")),
    "manage:session-open": (STAFF.format("405"), DESK.format("on")),
    "manage:session-close": (STAFF.format("405"), DESK.format("on")),
    "manage:session-cancel": (DESK.format("200"), DESK.format("422")),
    "manage:letters": (DESK.format("200"), DESK.format("405")),
    "manage:letter": (DESK.format("200"), DESK.format("405")),
    "manage:letter-html": (DESK.format("200"), DESK.format("405")),
    "manage:letter-kinds": (DESK.format("200"), DESK.format("405")),
    "manage:letter-kind": (DESK.format("200"), DESK.format("405")),
    "manage:letter-kind-html": (DESK.format("200"), DESK.format("405")),
    "manage:letters-again": (DESK.format("405"), DESK.format("on")),
    "manage:goals": (CHIEFS.format("200"), STAFF.format("405")),
    "manage:goal-page": (CHIEFS.format("200"), STAFF.format("405")),
    "manage:goal-decide": (CHIEFS.format("200"), CHIEFS.format("422")),
    "manage:reports": (CHIEFS.format("200"), STAFF.format("405")),
    "manage:report": (CHIEFS.format("200"), STAFF.format("405")),
    "manage:report-json": (CHIEFS.format("200"), STAFF.format("405")),
    "manage:report-csv": (CHIEFS.format("200"), STAFF.format("405")),
    "manage:report-figure": (CHIEFS.format("200"), STAFF.format("405")),
    "manage:report-uncounted": (CHIEFS.format("200"), STAFF.format("405")),
    "manage:imports": (DESK.format("200"), STAFF.format("405")),
    "manage:import-batch": (DESK.format("200"), STAFF.format("405")),
    "manage:import-plan": (DESK.format("200"), DESK.format("422")),
    "manage:import-plan-check": (UPLOADER.format("200"), UPLOADER.format("409")),
    "manage:import-registrations": (DESK.format("200"), DESK.format("422")),
    "manage:import-registrations-check": (UPLOADER.format("200"), UPLOADER.format("409")),
}  # fmt: skip


def cell(name: str, person: str) -> tuple[str, str]:
    """What that person gets, by GET and by POST."""
    place = list(PEOPLE).index(person)
    get, post = TABLE[name]
    return get.split()[place], post.split()[place]


def document() -> str:
    """The table for people to read."""
    lines = [
        "# Who gets which page",
        "",
        "Made by `python -m tests.matrix` from `tests/matrix.py`; `tests/test_matrix.py` asks every address as each of these people, so this page stays true, and a new address without a row fails.",
        "",
        *(f"- *{person}*: {text}" for person, text in PEOPLE.items()),
        "",
        "A cell says what a GET gives and, after the stroke, what a POST with nothing in it gives. `login` is the way to the log-in page, `on` the way to another page, 405 a method that the address does not take.",
        "",
        f"| address | {' | '.join(PEOPLE)} |",
        f"|---|{'---|' * len(PEOPLE)}",
    ]
    for name in TABLE:
        cells = [" / ".join(cell(name, person)) for person in PEOPLE]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
