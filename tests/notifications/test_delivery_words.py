"""A letter is put into words when it first leaves, once; and what happens when it cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifications import delivery, kinds, outbox, rendering
from notifications.delivery import Delivered
from notifications.models import Notice
from tests.notifications.letters import FACTS, NOW, write


@pytest.mark.django_db
def test_letter_is_put_into_words_when_it_first_leaves(sink):
    notice = write(language="en", facts=FACTS)

    delivery.deliver_due(now=NOW)

    kept, sent = Notice.objects.get(), sink.letters[0]
    assert (notice.subject, notice.text, notice.html, notice.rendered_at) == ("", "", "", None)
    assert kept.rendered_at == NOW
    assert kept.subject == sent["Subject"] == "You have access to Fremmøde"
    text, html = (part.get_content() for part in sent.iter_parts())
    assert kept.text.startswith("Dear Anna\n\nMette has given you access to Fremmøde.")
    assert text.replace("\r", "").strip() == kept.text.strip()
    assert html.replace("\r", "").strip() == kept.html.strip()


@pytest.mark.django_db
def test_further_tries_send_the_words_of_the_first(sink, settings):
    write(facts=FACTS)
    sink.answers.append("451 later")
    delivery.deliver_due(now=NOW)
    first = Notice.objects.get()
    settings.BRAND_NAME = "Another"

    delivery.deliver_due(now=first.next_attempt_at)

    kept = Notice.objects.get()
    assert (kept.state, kept.attempts, kept.rendered_at) == ("sent", 2, NOW)
    assert kept.subject == sink.letters[0]["Subject"] == first.subject
    assert "Fremmøde" in kept.subject
    assert "Another" not in kept.text + kept.html


@pytest.mark.django_db
def test_what_the_site_is_when_it_leaves_stands_in_the_letter(sink, settings):
    write(facts=FACTS)
    settings.BRAND_NAME = "Another"

    delivery.deliver_due(now=NOW)

    assert sink.letters[0]["Subject"].endswith("Another")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "gone"}, "UnknownKindError: No app declares the kind of letter 'gone'."),
        ({"facts": {}}, "FactsError: Letter 'invited': missing facts ['access_ends', 'email',"),
        ({"facts": {**FACTS, "access_ends": "secret day"}}, "ValueError"),
    ],
)
def test_letter_that_cannot_be_rendered_fails_loudly_and_holds_up_nobody(
    sink, caplog, changes, reason
):
    broken = write("a", facts=FACTS)
    Notice.objects.filter(pk=broken.pk).update(**changes)
    write("b")

    done = delivery.deliver_due(now=NOW)

    kept = Notice.objects.get(pk=broken.pk)
    assert (done, len(sink.letters)) == (Delivered(sent=1, failed=1), 1)
    assert (kept.state, kept.rendered_at, kept.lease_until) == ("failed", None, None)
    assert kept.last_error.startswith(f"It cannot be rendered: {reason}")
    [said] = [record for record in caplog.records if record.levelname == "CRITICAL"]
    assert f"Letter {kept.pk}, {kept.kind}, cannot be rendered" in said.getMessage()
    assert "rendering.py" in said.getMessage()
    assert "secret day" not in caplog.text + kept.last_error


@pytest.mark.django_db
def test_letter_that_could_not_be_rendered_is_sent_again_after_mending(sink, monkeypatch):
    write(facts=FACTS)
    templates = replace(kinds.find("invited"), template="workshops/mail/missing.html")
    with monkeypatch.context() as broken:
        broken.setattr(kinds, "every", lambda: {"invited": templates})
        delivery.deliver_due(now=NOW)
        error = Notice.objects.get().last_error

    number = outbox.send_again(Notice.objects.all())
    done = delivery.deliver_due()

    assert error == ("It cannot be rendered: TemplateDoesNotExist: workshops/mail/missing.html")
    assert (number, done) == (1, Delivered(sent=1))


@pytest.mark.django_db
def test_letter_taken_over_while_it_was_rendered_is_not_sent(sink, monkeypatch):
    write("a", facts=FACTS)
    write("b", facts=FACTS)
    render = rendering.render

    def overtaken(*given, **named):
        late = Notice.objects.filter(key="a", state="sending")
        late.update(lease_until=NOW + 2 * delivery.LEASE)
        return render(*given, **named)

    monkeypatch.setattr(rendering, "render", overtaken)

    done = delivery.deliver_due(now=NOW)

    assert done == Delivered(sent=1)
    rows = Notice.objects.values_list("key", "state", "subject")
    assert set(rows) == {("a", "sending", ""), ("b", "sent", "Du har adgang til Fremmøde")}
