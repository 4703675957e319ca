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
    boxes = tab.page.locator("main form:not([data-aside]) input:is([type=text], [type=email], [type=tel]), main form:not([data-aside]) textarea")  # fmt: skip
    for box in boxes.all():
        if box.is_visible():
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
    kind("account_set_password", at("account_set_password"), whom="manager"),
]  # fmt: skip

# --- managers ----------------------------------------------------------------------------------

MANAGERS = [
    kind("home", at("home"), whom="manager"),
    kind("manage:reports", at("manage:reports"), whom="manager", empty=empty(at("manage:reports"))),
    kind("manage:report", at("manage:report", _version), whom="manager"),
    kind("manage:report-figure", at("manage:report-figure", _measure), whom="manager"),
    kind("manage:report-uncounted", at("manage:report-uncounted", _version), whom="manager"),
    kind("manage:staff-list", at("manage:staff-list"), whom="manager"),
    kind("manage:staff-invite", at("manage:staff-invite"), whom="manager", errors=errors(at("manage:staff-invite"))),
    kind("manage:staff-edit", at("manage:staff-edit", _person), whom="manager"),
]  # fmt: skip

KINDS = [*ACCOUNTS, *MANAGERS]

# Addresses that no browser shows as a page, and why.
NO_PAGES = {
    "healthz": "JSON for probes",
    "readyz": "JSON for probes",
    "set_language": "POST only",
    "manage:report-json": "a file",
    "manage:report-csv": "a file",
    "manage:staff-disable": "POST only",
    "manage:staff-enable": "POST only",
    "manage:staff-invite-again": "POST only",
    "account_confirm_login_code": "only after a code was asked for; the journey of signing in looks at it",
}


def every_state() -> Iterator[tuple[Kind, str]]:
    """Each kind in each of its states."""
    for one in KINDS:
        for state in one.states:
            yield one, state
