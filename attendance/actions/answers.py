"""Answers of a survey file: they replace those of each session and question it holds."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from attendance.actions.changes import chunks
from attendance.models import Answer
from attendance.readers.survey import AnswerRow
from workshops.folding import fold_title
from workshops.models import Batch, Session
from workshops.readers.layouts import Table
from workshops.readers.problems import Problems

Pair = tuple[str, str]


@dataclass
class Replies:
    """The rows of a file by session and folded question, and how many of each kind there are."""

    pairs: dict[Pair, list[AnswerRow]] = field(default_factory=dict)
    """Those that differ from what is stored, with their rows."""
    first: dict[str, AnswerRow] = field(default_factory=dict)
    """Session → the first row that answers."""
    counts: dict[str, int] = field(default_factory=dict)


def compare(
    rows: list[AnswerRow], *, sessions: Collection[str] | None, table: Table, problems: Problems
) -> Replies:
    """Compare *rows* with the answers that are stored; an unknown session is an error. Only reads.

    *sessions* are the ids that the files of the same import bring along; None when that cannot be
    known since their file is at fault, and then no session is called unknown.
    """
    references = sorted({row.session for row in rows})
    known = set(references if sessions is None else sessions)
    for part in chunks(references):
        stored = Session.objects.filter(reference__in=part)
        known.update(stored.values_list("reference", flat=True))
    pairs: dict[Pair, list[AnswerRow]] = defaultdict(list)
    for row in rows:
        if row.session not in known:
            problems.add(
                file=table.file,
                row=row.number,
                column=table.written.get("session", "session"),
                value=row.session,
                fault=_("There is no session with this id."),
                cure=_("Correct the id, or import the registrations of the session first."),
            )
        pairs[row.session, fold_title(row.question)].append(row)
    replies = _changed(dict(pairs))
    for row in reversed(rows):
        if row.answer:
            replies.first[row.session] = row
    return replies


def _changed(pairs: dict[Pair, list[AnswerRow]]) -> Replies:
    """Keep the pairs that differ from what is stored, and count the rows."""
    stored = _stored({session for session, _question in pairs})
    replies = Replies(counts={"new": 0, "changed": 0, "same": 0, "ignored": 0})
    for pair, rows in pairs.items():
        given = [row for row in rows if row.answer]
        replies.counts["ignored"] += len(rows) - len(given)
        if Counter((row.question, row.answer) for row in given) == stored.get(pair, Counter()):
            replies.counts["same"] += len(given)
            continue
        if pair in stored:  # answers that go are changes too
            replies.counts["changed"] += max(len(given), stored[pair].total())
        else:
            replies.counts["new"] += len(given)
        replies.pairs[pair] = rows
    return replies


def _stored(sessions: set[str]) -> dict[Pair, Counter[Pair]]:
    found: dict[Pair, Counter[Pair]] = defaultdict(Counter)
    for part in chunks(sorted(sessions)):
        answers = Answer.objects.filter(session__reference__in=part)
        columns = ("session__reference", "folded_question", "question", "value")
        for session, folded, question, value in answers.values_list(*columns):
            found[session, folded][question, value] += 1
    return dict(found)


def write(replies: Replies, *, batch: Batch) -> None:
    """Replace the answers of each pair that differs, in the caller's transaction."""
    sessions: dict[str, int] = {}
    for part in chunks(sorted({session for session, _question in replies.pairs})):
        stored = Session.objects.filter(reference__in=part)
        sessions |= dict(stored.values_list("reference", "pk"))
    for (session, question), rows in replies.pairs.items():
        Answer.objects.filter(session=sessions[session], folded_question=question).delete()
        Answer.objects.bulk_create(
            Answer(
                session_id=sessions[session],
                question=row.question,
                folded_question=question,
                value=row.answer,
                folded_value=fold_title(row.answer),
                batch=batch,
            )
            for row in rows
            if row.answer
        )


def warn_of_unheld(replies: Replies, *, table: Table, problems: Problems) -> None:
    """Warn of answers that count nowhere, since their session was not held."""
    held: set[str] = set()
    for part in chunks(sorted(replies.first)):
        registered = Session.objects.filter(reference__in=part, register__held=True)
        held.update(registered.exclude(state__in=Session.OVER).values_list("reference", flat=True))
    for session, row in replies.first.items():
        if session not in held:
            problems.warn(
                file=table.file,
                row=row.number,
                column=table.written.get("session", "session"),
                value=session,
                fault=_("The session was not held, so its answers do not count."),
                cure=_("Correct the id, or the status of the session."),
            )
