"""What has been sent to whom, and what waits to be sent; failed letters are sent again."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from notifications import folder, outbox, rendering
from notifications.models import Notice
from notifications.views import frames
from notifications.views.pages import page

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
    found = Notice.objects.matching(words)
    if tab in STATES:
        found = found.filter(state__in=STATES[tab])
    narrow = found.only(
        "recipient", "kind", "subject", "state", "attempts", "last_error", "created_at"
    )
    shown = page(narrow, request.GET, a_page=A_PAGE)
    context = {
        "page": shown,
        "rows": [{"letter": letter, "pill": PILLS[letter.state]} for letter in shown.rows],
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


@dataclass(frozen=True, slots=True)
class Shown:
    """What staff see of a letter; how: sent, kept, preview; or why not: secret, blanked, broken."""

    how: str
    text: str = ""
    html: str = ""
    reason: str = ""


@may_read
@require_safe
@frames.around
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one letter as its recipient reads it; before it is rendered, as it would be now."""
    notice = get_object_or_404(Notice, pk=pk)
    shown = _shown(notice)
    context = {
        "letter": notice,
        "pill": PILLS[notice.state],
        "shown": shown,
        "is_sent": shown.how == "sent",
    }
    return render(request, "notifications/letter.html", context)


@may_read
@require_safe
@frames.alone
def letter_html(_request: HttpRequest, pk: int) -> HttpResponse:
    """Serve the HTML of one letter for the frame on its page; 404 where there is none to see."""
    shown = _shown(get_object_or_404(Notice, pk=pk))
    if not shown.html:
        raise Http404
    return frames.answer(shown.html)


def _shown(notice: Notice) -> Shown:
    """Return what can be read: what the embedded post office has kept, else what the row gives.

    What opens a door is never read from the row.
    """
    sent = folder.find(settings.LETTERS_DIR, notice.message_id)
    if sent is not None:
        return Shown("sent", sent.text, sent.html)
    if notice.blanked_at:
        return Shown("blanked")
    if notice.opens_a_door:
        return Shown("secret")
    if notice.rendered_at:
        return Shown("kept", notice.text, notice.html)
    try:
        words = rendering.render(notice.kind, notice.facts, language=notice.language)
    except rendering.UnrenderableError as error:
        return Shown("broken", reason=str(error))
    return Shown("preview", words.text, words.html)


@may_read
@require_POST
def letters_again(request: HttpRequest) -> HttpResponse:
    """Send failed letters again: the one that is named, or all of them."""
    wanted, pk = Notice.objects.all(), request.POST.get("letter", "")
    if pk.isdecimal():
        wanted = Notice.objects.filter(pk=int(pk[:18]))
    number = outbox.send_again(wanted)
    text = ngettext("%(number)d letter waits again.", "%(number)d letters wait again.", number)
    messages.info(request, text % {"number": number})
    return redirect("manage:letters")
