"""./dev bench lists: what a staff page takes at demo size, and with years behind it.

Each page, tab and figure that a member of the staff can reach is asked for in both towns in turns.
"""

from __future__ import annotations

import functools
import http.client
import re
import time
from dataclasses import dataclass
from functools import partial
from html import unescape
from pathlib import Path

from tests.benching import stand as stands
from tests.benching import towns, turns

AIM = 3.0
SLOW, FEWER = 1.0, 3  # a page that takes so many seconds is asked for less often
# A page by its address; then the kinds of page it leads to, of which the first is taken. The towns
# have their rows of today in common, so that an address is the same page in both.
PAGES = (
    ("coordinator", "/manage/", ()),
    ("coordinator", "/manage/sessions/", (r"/manage/sessions/\d+/", r"/manage/sessions/\d+/count/")),
    ("coordinator", "/manage/bookings/", (r"/manage/bookings/[A-Z0-9]+/",)),
    ("coordinator", "/manage/bookings/?page=2", ()),
    ("coordinator", "/manage/bookings/?page=9999", ()),
    ("coordinator", "/manage/bookings/?q=eksempelsen", ()),
    ("coordinator", "/manage/workshops/", (r"/manage/workshops/\d+/sessions/", r"/manage/workshops/\d+/")),
    ("coordinator", "/manage/sessions/new/", ()),
    ("coordinator", "/manage/errands/", ()),
    ("coordinator", "/manage/letters/", (r"/manage/letters/\d+/",)),
    ("coordinator", "/manage/letters/?after=0", ()),  # the oldest ones
    ("coordinator", "/manage/letters/?q=eksempelsen", ()),
    ("coordinator", "/manage/letters/?q=lineeksempelsen%40gaest.example", ()),
    ("coordinator", "/manage/letters/?q=an", ()),
    ("coordinator", "/manage/letters/?q=invit", ()),
    ("coordinator", "/manage/imports/", (r"/manage/imports/\d+/",)),
    ("manager", "/manage/goals/", (r"/manage/goals/\d+/",)),
    ("manager", "/manage/reports/", (r"/manage/reports/\d+/", r"/manage/reports/\d+/figures/\d+/", r"/manage/reports/\d+/not-counted/")),
    ("manager", "/manage/staff/", ()),
    ("facilitator", "/facilitate/", (r"/facilitate/sessions/\d+/",)),
)  # fmt: skip
LINK = re.compile(r'href="([^"#]+)"')
TABS = 8


# --- one town as its staff see it --------------------------------------------------------------


@dataclass(eq=False)
class Staff:
    """People of one town at their browsers."""

    line: http.client.HTTPConnection
    cookies: dict[str, str]

    def look(self, role: str, path: str) -> tuple[float, str]:
        """Seconds to the last byte, and the page; anything but a page is an error."""
        headers = {
            "Host": "localhost",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "10.0.0.1",
            "Accept-Encoding": "identity",
            "Cookie": self.cookies[role],
        }
        self.line.close()  # a kept one may just have been dropped
        self.line.connect()
        began = time.perf_counter()
        self.line.request("GET", path, headers=headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            message = f"{answer.status} from {path}"
            raise RuntimeError(message)
        return seconds, text

    @functools.cache  # noqa: B019 - lives as long as the bench
    def links(self, role: str, path: str) -> tuple[str, ...]:
        """Where a page leads, as whole addresses of this site."""
        _seconds, text = self.look(role, path)
        found = [unescape(link) for link in LINK.findall(text)]
        base = path.partition("?")[0]
        whole = [base + link if link.startswith("?") else link for link in found]
        return tuple(dict.fromkeys(link for link in whole if link.startswith("/")))


def pages(staff: Staff) -> dict[str, str]:
    """Each page of this town once, by its address, with the role that asks for it."""
    found: dict[str, str] = {}
    for role, start, kinds in PAGES:
        below = [first(staff, role, start, kind) for kind in kinds]
        for path in [start, *filter(None, below)]:
            for address in [path, *tabs(staff, role, path)]:
                found.setdefault(address, role)
    return found


def first(staff: Staff, role: str, start: str, kind: str) -> str:
    """The first link of that kind on the page, else on the first page below it that has one."""
    below = [link for link in staff.links(role, start) if link.startswith(start)]
    for page in [start, *below[:5]]:
        for link in staff.links(role, page):
            if re.fullmatch(kind, link.partition("?")[0]):
                return link
    return ""


def tabs(staff: Staff, role: str, path: str) -> list[str]:
    """The same page with other words behind its question mark."""
    links = [link for link in staff.links(role, path) if link.startswith(f"{path}?")]
    return links[:TABS]


# --- side by side ------------------------------------------------------------------------------


def main(tree: Path) -> None:
    """The table: milliseconds of each page in both towns, and how many times as long it takes."""
    with stands.standing(tree) as stand:
        staffs = {}
        for name, project in towns.both(stand).items():
            line = http.client.HTTPConnection("127.0.0.1", stands.serve(project).port, timeout=120)
            staffs[name] = Staff(line, stands.inside(project, "cookies"))
        print(f"{'page':<66} {'demo ms':>8} {'years ms':>8}   times as long; aim {AIM:.0f}")
        above = [
            page for page, role in pages(staffs["demo"]).items() if compare(page, role, staffs)
        ]
        print(f"{len(above)} above the aim: {', '.join(above) or 'none'}")


def compare(page: str, role: str, staffs: dict[str, Staff]) -> bool:
    """One line; says whether it is above the aim."""
    looks = {name: partial(staff.look, role, page) for name, staff in staffs.items()}
    slowest = max(look()[0] for look in looks.values())  # and warm
    rounds = turns.ROUNDS if slowest < SLOW else FEWER
    found = turns.in_turns(looks, rounds)
    took = {name: [seconds for seconds, _text in rows] for name, rows in found.items()}
    times = turns.ratio(took["years"], took["demo"])
    demo, years = (1000 * turns.Spread.of(took[name]).median for name in ("demo", "years"))
    verdict = "ABOVE" if times.median > AIM else ""
    print(f"{page:<66} {demo:>8.0f} {years:>8.0f}   {times:.1f} {verdict}".rstrip(), flush=True)
    return bool(verdict)
