"""What has been sent to whom, and what waits to be sent; failed letters are sent again."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from notifications import folder, outbox
from notifications.delivery import SECRET_KINDS
from notifications.folder import Sent
from notifications.models import BLANKED, Notice

may_read = permission_required("notifications.read_letters", raise_exception=True)
A_PAGE = 50
TABS = {"": _("All"), "waiting": _("Waiting"), "sent": _("Sent"), "failed": _("Failed")}
STATES = {
    "waiting": [Notice.State.QUEUED, Notice.State.SENDING],
    "sent": [Notice.State.SENT],
    "failed": [Notice.State.FAILED],
}
PILLS = {"queued": "wait", "sending": "wait", "sent": "good", "failed": "full"}


@may_read
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """List letters, the latest first, by state and by what is searched for."""
    tab, words = request.GET.get("state", ""), _words(request)
    found = Notice.objects.matching(words).order_by("-pk")
    if tab in STATES:
        found = found.filter(state__in=STATES[tab])
    narrow = found.only("recipient", "subject", "state", "attempts", "last_error", "created_at")
    page = Paginator(narrow, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"letter": letter, "pill": PILLS[letter.state]} for letter in page],
        "words": words,
        "tab": tab if tab in STATES else "",
        "tabs": [{"name": name, "label": label} for name, label in TABS.items()],
        "query": urlencode({"state": tab, "q": words}),
        "kept": urlencode({"q": words}) if words else "",
        "failed": Notice.objects.failed().count(),
    }
    return render(request, "notifications/letters.html", context)


def _words(request: HttpRequest) -> str:
    """Return what is searched for, without the NUL that PostgreSQL would not even look for."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


@may_read
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one letter: as the row keeps it, or, from the embedded post office, as it left."""
    notice = get_object_or_404(Notice, pk=pk)
    return render(request, "notifications/letter.html", _about(notice))


def _about(notice: Notice) -> dict[str, Any]:
    """Return what the page shows; what opens a door is never read from the row."""
    sent = folder.find(settings.LETTERS_DIR, notice.message_id)
    is_blanked = sent is None and notice.text == BLANKED
    is_secret = sent is None and not is_blanked and notice.kind in SECRET_KINDS
    kept = Sent(text="", html="") if is_secret else Sent(text=notice.text, html=notice.html)
    shown = sent or kept
    return {
        "letter": notice,
        "pill": PILLS[notice.state],
        "text": shown.text,
        "html": shown.html,
        "is_as_sent": sent is not None,
        "is_blanked": is_blanked,
        "is_secret": is_secret,
        "has_links": sent is None and bool(notice.links),
        "may_send_again": outbox.may_send_again(notice),
    }


@may_read
@require_POST
def letters_again(request: HttpRequest) -> HttpResponse:
    """Send failed letters again: the one that is named, or all of them."""
    wanted, pk = Notice.objects.matching(""), request.POST.get("letter", "")
    if pk.isdecimal():
        wanted = Notice.objects.filter(pk=int(pk[:18]))
    number = outbox.send_again(wanted)
    text = ngettext("%(number)d letter waits again.", "%(number)d letters wait again.", number)
    messages.info(request, text % {"number": number})
    return redirect("manage:letters")
