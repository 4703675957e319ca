"""Which process of pytest runs which test."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from xdist.scheduler import LoadScheduling

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

BROWSERS = "tests/browser/"
HOSTS = 2  # each has a site with a town in it, a browser, and a look at all papers in the end


class Dealer(LoadScheduling):  # type: ignore[misc]
    """Deals tests out one by one, as xdist does; those of a browser to the first HOSTS alone.

    The last few go to whoever is free: a process does not begin its last test before it gets
    another, or is told that there is none.
    """

    def _send_tests(self, node: WorkerController, num: int) -> None:
        """Send up to *num* of the tests that wait, in their order."""
        few = len(self.pending) < 2 * len(self.nodes)
        if few or node in self.nodes[:HOSTS]:
            super()._send_tests(node, num)
            return
        suited = (place for place in self.pending if not self._wants_browser(place))
        if chosen := list(islice(suited, num)):
            for place in chosen:
                self.pending.remove(place)
            self.node2pending[node].extend(chosen)
            node.send_runtest_some(chosen)

    def _wants_browser(self, place: int) -> bool:
        return bool(self.collection and self.collection[place].startswith(BROWSERS))
