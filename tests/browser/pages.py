"""The one list of page kinds: who sees each, and how to reach it empty, filled and with errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.urls import reverse

from tests.browser.tabs import Tab
from tests.browser.town import Town

Reach = Callable[[Tab], object]
Keys = Callable[[Town], tuple[object, ...]]


@dataclass(frozen=True)
class State:
    """How to reach a page in one state, in the filled town or in the empty one."""

    reach: Reach
    empty: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of page, by the name of its URL; `least` is the least size of what one presses."""

    name: str
    whom: str = "anonymous"
    least: int = 24
    states: dict[str, State] = field(default_factory=dict)


# --- how to reach a page -----------------------------------------------------------------------


def at(name: str, keys: Keys = lambda _: (), *, query: str = "", status: int = 200) -> Reach:
    """The address of that name, with the keys of a row of the town."""
    return lambda tab: tab.visit(reverse(name, args=keys(tab.site.town)) + query, status=status)


def sent_blank(reach: Reach, *, status: int = 422) -> Reach:
    """The form sent as it stands, with nothing in it."""

    def send(tab: Tab) -> None:
        reach(tab)
        clear(tab)
        tab.submit(status=status)

    return send


def clear(tab: Tab) -> None:
    """Takes out what the form knows beforehand."""
    for box in tab.page.locator("main form.fm-form").locator("input, textarea").all():
        if box.is_visible() and box.get_attribute("type") not in {"radio", "checkbox", "file"}:
            box.fill("")


def kind(
    name: str, reach: Reach, *, whom: str = "anonymous", least: int = 24, **more: State
) -> Kind:
    """A kind of page, filled, and more states of it."""
    return Kind(name, whom, least, {"filled": State(reach), **more})


def errors(reach: Reach, *, status: int = 422) -> State:
    """The state after a form was sent with nothing in it."""
    return State(sent_blank(reach, status=status))


def empty(reach: Reach) -> State:
    """The state of a town where nothing has happened."""
    return State(reach, empty=True)


def _version(town: Town) -> tuple[object, ...]:
    return (town.version.pk,)


def _measure(town: Town) -> tuple[object, ...]:
    return (town.version.pk, town.others["measure"].pk)


def _goal(town: Town) -> tuple[object, ...]:
    return (town.version.pk, town.others["goal"].pk)


def _person(town: Town) -> tuple[object, ...]:
    return (town.people["facilitator"].pk,)


# --- signing in --------------------------------------------------------------------------------

ACCOUNTS = [
    kind("account_login", at("account_login"), errors=errors(at("account_login"), status=200)),
    kind("account_request_login_code", at("account_request_login_code"), errors=errors(at("account_request_login_code"), status=200)),
    kind("account_reset_password", at("account_reset_password"), errors=errors(at("account_reset_password"), status=200)),
    kind("account_reset_password_done", at("account_reset_password_done")),
    kind("account_reset_password_from_key", at("account_reset_password_from_key", lambda _: ("1", "1-1"))),
    kind("account_reset_password_from_key_done", at("account_reset_password_from_key_done")),
    kind("account_inactive", at("account_inactive")),
    kind("account_signup", at("account_signup")),
    kind("account_logout", at("account_logout"), whom="manager"),
    kind("account_change_password", at("account_change_password"), whom="manager"),
    kind("account_set_password", at("account_set_password"), whom="coordinator"),
]  # fmt: skip

# --- everybody ---------------------------------------------------------------------------------

BOOKING = 44  # what one presses while booking or counting


def _token(name: str) -> Keys:
    return lambda town: (town.tokens[name],)


def _mine(name: str) -> Keys:
    return lambda town: (town.bookings[name].reference, town.links[name])


def misdialled(reach: Reach) -> State:
    """A number with as many digits as it should have, which no telephone has."""

    def send(tab: Tab) -> None:
        reach(tab)
        tab.page.locator("[name=mobile]").fill("12 34 56 78")
        tab.submit()

    return State(send)


def changed(reach: Reach) -> State:
    """What was shown is not what stands there any more."""

    def send(tab: Tab) -> None:
        reach(tab)
        tab.page.locator("[name=shown]").evaluate("field => { field.value = 'older' }")
        button = "main form:has([name=shown]) .button-primary"
        tab.send(tab.page.locator(button).click, status=409)

    return State(send)


PUBLIC = [
    kind("public:catalogue", at("public:catalogue"), least=BOOKING, empty=empty(at("public:catalogue")),
         filtered=State(at("public:catalogue", query="?audience=elever&free=1")), nothing=State(at("public:catalogue", query="?q=intetsteds"))),
    kind("public:workshop", at("public:workshop", lambda _: ("words",)), least=BOOKING,
         parents=State(at("public:workshop", lambda _: ("parents",))), professionals=State(at("public:workshop", lambda _: ("professionals",)))),
    kind("public:booking-details", at("public:booking-details", _token("class")), least=BOOKING, errors=errors(at("public:booking-details", _token("class"))),
         answered=State(at("public:booking-details", _token("answered"))), misdialled=misdialled(at("public:booking-details", _token("answered"))), parents=State(at("public:booking-details", _token("parents"))),
         professionals=State(at("public:booking-details", _token("professionals"))), gone=State(at("public:booking-details", lambda _: ("gone",), status=404))),
    kind("public:booking-check", at("public:booking-check", _token("answered")), least=BOOKING, younger=State(at("public:booking-check", _token("younger"))),
         changed=changed(at("public:booking-check", _token("answered")))),
    kind("public:booking-receipt", at("public:booking-receipt", _token("placed")), least=BOOKING, waiting=State(at("public:booking-receipt", _token("unconfirmed")))),
    kind("public:booking", at("public:booking", _mine("confirmed")), least=BOOKING, cancelled=State(at("public:booking", _mine("cancelled"))),
         asks=State(at("public:booking", _mine("asks"))), dead=State(at("public:booking", lambda town: (town.bookings["confirmed"].reference, "forged"), status=404))),
    kind("public:booking-cancel", at("public:booking-cancel", _mine("confirmed")), least=BOOKING),
    kind("public:mailbox-confirm", at("public:mailbox-confirm", _mine("unconfirmed")), least=BOOKING),
    kind("public:link-lost", at("public:link-lost"), least=BOOKING, errors=errors(at("public:link-lost"))),
    kind("public:privacy", at("public:privacy")),
    kind("public:was", at("public:was")),
]  # fmt: skip

# --- facilitators ------------------------------------------------------------------------------


def _session(name: str) -> Keys:
    return lambda town: (town.sessions[name].pk,)


def miscounted(reach: Reach) -> State:
    """A count that is no number."""

    def send(tab: Tab) -> None:
        reach(tab)
        tab.page.locator("main form.fm-form input[inputmode=numeric]").first.fill("mange")
        tab.submit()

    return State(send)


FACILITATORS = [
    kind("facilitate:sessions", at("facilitate:sessions"), whom="facilitator", least=BOOKING, empty=empty(at("facilitate:sessions"))),
    kind("facilitate:session-count", at("facilitate:session-count", _session("today")), whom="facilitator", least=BOOKING,
         errors=miscounted(at("facilitate:session-count", _session("today"))), future=State(at("facilitate:session-count", _session("open"))),
         submitted=State(at("facilitate:session-count", _session("to_approve"))), approved=State(at("facilitate:session-count", _session("counted"))),
         evening=State(at("facilitate:session-count", _session("evening")))),
]  # fmt: skip

# --- coordinators ------------------------------------------------------------------------------


def _workshop(name: str) -> Keys:
    return lambda town: (town.workshops[name].pk,)


def _other(name: str) -> Keys:
    return lambda town: (town.others[name].pk,)


def _booking(name: str) -> Keys:
    return lambda town: (town.bookings[name].reference,)


UPLOADS = ("register", "plan", "registrations")
DOUBTFUL = at("manage:import-registrations-check", _other("upload-warnings"))
DOUBTS = {"registrations": {"warnings": State(DOUBTFUL), "unticked": errors(DOUBTFUL)}}
COORDINATORS = [
    kind("manage:start", at("manage:start"), whom="manager", coordinator=empty(at("manage:start"))),
    kind("manage:sessions", at("manage:sessions"), whom="coordinator", empty=empty(at("manage:sessions")),
         counts=State(at("manage:sessions", query="?show=counts")), upcoming=State(at("manage:sessions", query="?show=upcoming")), all=State(at("manage:sessions", query="?show=all"))),
    kind("manage:session", at("manage:session", _session("to_approve")), whom="coordinator", upcoming=State(at("manage:session", _session("open"))), approved=State(at("manage:session", _session("counted")))),
    kind("manage:session-count", at("manage:session-count", _session("missing")), whom="coordinator", errors=miscounted(at("manage:session-count", _session("missing")))),
    kind("manage:register-reopen", at("manage:register-reopen", _session("counted")), whom="coordinator", errors=errors(at("manage:register-reopen", _session("counted")))),
    kind("manage:headcount-reject", at("manage:headcount-reject", _other("headcount")), whom="coordinator", errors=errors(at("manage:headcount-reject", _other("headcount")))),
    kind("manage:headcount-correct", at("manage:headcount-correct", _other("approved")), whom="coordinator", errors=errors(at("manage:headcount-correct", _other("approved")))),
    kind("manage:workshops", at("manage:workshops"), whom="coordinator", empty=empty(at("manage:workshops")), drafts=State(at("manage:workshops", query="?state=draft"))),
    kind("manage:workshop-new", at("manage:workshop-new"), whom="coordinator", errors=errors(at("manage:workshop-new"))),
    kind("manage:workshop-edit", at("manage:workshop-edit", _workshop("words")), whom="coordinator", errors=errors(at("manage:workshop-edit", _workshop("words")))),
    kind("manage:workshop-texts", at("manage:workshop-texts", _workshop("words")), whom="coordinator"),
    kind("manage:workshop-preview", at("manage:workshop-preview", _workshop("draft")), whom="coordinator"),
    kind("manage:workshop-sessions", at("manage:workshop-sessions", _workshop("words")), whom="coordinator", nothing=State(at("manage:workshop-sessions", _workshop("draft")))),
    kind("manage:session-new", at("manage:session-new"), whom="coordinator"),
    kind("manage:session-edit", at("manage:session-edit", _session("open")), whom="coordinator", errors=errors(at("manage:session-edit", _session("open")))),
    kind("manage:session-staff", at("manage:session-staff", _session("open")), whom="coordinator"),
    kind("manage:session-cancel", at("manage:session-cancel", _session("open")), whom="coordinator"),
    kind("manage:bookings", at("manage:bookings"), whom="coordinator", empty=empty(at("manage:bookings")), nothing=State(at("manage:bookings", query="?q=intetsteds"))),
    kind("manage:booking", at("manage:booking", _booking("confirmed")), whom="coordinator", asks=State(at("manage:booking", _booking("asks"))), over=State(at("manage:booking", _booking("cancelled")))),
    kind("manage:errands", at("manage:errands"), whom="coordinator", empty=empty(at("manage:errands"))),
    kind("manage:imports", at("manage:imports"), whom="coordinator", empty=empty(at("manage:imports"))),
    kind("manage:import-batch", at("manage:import-batch", _other("batch")), whom="coordinator"),
    *(kind(f"manage:import-{name}", at(f"manage:import-{name}"), whom="coordinator", errors=errors(at(f"manage:import-{name}"))) for name in UPLOADS),
    *(kind(f"manage:import-{name}-check", at(f"manage:import-{name}-check", _other(f"upload-{name}")), whom="coordinator", **DOUBTS.get(name, {})) for name in UPLOADS),
    kind("manage:letters", at("manage:letters"), whom="coordinator", empty=empty(at("manage:letters"))),
    kind("manage:letter", at("manage:letter", _other("letter")), whom="coordinator",
         preview=State(at("manage:letter", _other("letter-waiting")))),
    kind("manage:letter-kinds", at("manage:letter-kinds"), whom="coordinator"),
    kind("manage:letter-kind", at("manage:letter-kind", lambda _: ("cancelled",)), whom="coordinator"),
]  # fmt: skip

# --- managers ----------------------------------------------------------------------------------

MANAGERS = [
    kind("manage:goals", at("manage:goals"), whom="manager", empty=empty(at("manage:goals"))),
    kind("manage:goal-page", at("manage:goal-page", _version), whom="manager", expected=State(at("manage:goal-page", _version, query="?level=expected"))),
    kind("manage:goal-decide", at("manage:goal-decide", _goal), whom="manager", errors=errors(at("manage:goal-decide", _goal))),
    kind("manage:reports", at("manage:reports"), whom="manager", empty=empty(at("manage:reports"))),
    kind("manage:report", at("manage:report", _version), whom="manager"),
    kind("manage:report-figure", at("manage:report-figure", _measure), whom="manager"),
    kind("manage:report-uncounted", at("manage:report-uncounted", _version, query="?reason=ikke fordelt"), whom="manager"),
    kind("manage:staff-list", at("manage:staff-list"), whom="manager"),
    kind("manage:staff-invite", at("manage:staff-invite"), whom="manager", errors=errors(at("manage:staff-invite"))),
    kind("manage:staff-edit", at("manage:staff-edit", _person), whom="manager"),
]  # fmt: skip

KINDS = [*PUBLIC, *ACCOUNTS, *FACILITATORS, *COORDINATORS, *MANAGERS]

POST_ONLY = (
    "public:booking-begin", "public:hold-extend", "public:booking-leave", "public:booking-switch",
    "manage:staff-disable", "manage:staff-enable", "manage:staff-invite-again", "manage:workshop-publish",
    "manage:workshop-pause", "manage:workshop-archive", "manage:counts-approve", "manage:headcount-approve",
    "manage:session-open", "manage:session-close", "manage:errand-done", "manage:letters-again",
)  # fmt: skip
# Addresses that no browser shows as a page, and why.
NO_PAGES = {
    "healthz": "JSON for probes",
    "readyz": "JSON for probes",
    "manage:letter-html": "a letter, in a frame of a page",
    "manage:letter-kind-html": "a letter, in a frame of a page",
    "brand_css": "a style sheet",
    "set_language": "POST only",
    "public:school-search": "JSON for the box of schools",
    "public:booking-ics": "a file",
    "robots": "a text for crawlers",
    "sitemap": "XML for crawlers",
    "security": "a text for whoever has found a hole",
    "manifest": "JSON for browsers",
    **dict.fromkeys(("favicon", "apple-touch-icon", "apple-touch-icon-old"), "leads to a file"),
    **dict.fromkeys(
        ("security-old", "change-password", "login", "was-slash"), "leads to another page"
    ),
    **dict.fromkeys(POST_ONLY, "POST only"),
    "facilitate:register-submit": "a GET leads to the page of counting",
    "manage:register-submit": "a GET leads to the page of counting",
    "manage:bookings-csv": "a file",
    "manage:report-json": "a file",
    "manage:report-csv": "a file",
    "account_confirm_login_code": "only after a code was asked for; the journey of signing in looks at it",
}


def every_state() -> Iterator[tuple[Kind, str]]:
    """Each kind in each of its states."""
    for one in KINDS:
        for state in one.states:
            yield one, state
