import os
import subprocess
import sys

import psycopg
import pytest

from tests import projects
from tests.benching import bench, cost, letters, load, pgbench, sending, turns


def test_spread_is_the_median_and_both_ends():
    assert turns.Spread.of([3, 1, 9, 2, 4]) == turns.Spread(median=3, least=1, most=9)
    assert f"{turns.Spread.of([1.26, 3.0]):.1f}" == "2.1 (1.3-3.0)"


def test_ratio_is_taken_round_by_round():
    # The machine was half as fast in the second round; both felt it.
    assert turns.ratio([10, 5, 10], [100, 50, 80]) == turns.Spread(0.1, 0.1, 0.125)


def test_ratio_of_unequal_rounds_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        turns.ratio([1, 2], [1])


def test_turns_go_forth_and_back():
    order = []
    measures = {name: lambda name=name: order.append(name) or len(order) for name in "abc"}

    found = turns.in_turns(measures, rounds=3)

    assert "".join(order) == "abccbaabc"
    assert found == {"a": [1, 6, 7], "b": [2, 5, 8], "c": [3, 4, 9]}


# --- /proc ---------------------------------------------------------------------------------------


def process(proc, pid, *, parent, ticks, waited=0, pages=0, name="python"):
    """A process as Linux describes it: *ticks* its own, *waited* those of children that ended."""
    folder = proc / str(pid)
    folder.mkdir()
    stat = f"{pid} ({name}) S {parent} 1 1 0 -1 0 0 0 0 0 {ticks} 0 {waited} 0 20 0 1 0"
    folder.joinpath("stat").write_text(stat)
    folder.joinpath("statm").write_text(f"99 {pages} 0 0 0 0 0")


def test_processor_time_is_that_of_the_whole_tree(tmp_path):
    process(tmp_path, 10, parent=1, ticks=cost.TICK, waited=2 * cost.TICK)
    process(tmp_path, 11, parent=10, ticks=4 * cost.TICK, name="gunicorn: (worker) 1")
    process(tmp_path, 12, parent=11, ticks=8 * cost.TICK)
    process(tmp_path, 13, parent=1, ticks=99 * cost.TICK)

    assert cost.family(10, proc=tmp_path) == [10, 11, 12]
    assert cost.processor(10, proc=tmp_path) == 15


def test_child_that_ended_before_it_was_read_counts_nothing(tmp_path):
    process(tmp_path, 10, parent=1, ticks=cost.TICK)
    (tmp_path / "11").mkdir()  # its stat is gone already

    assert cost.processor(10, proc=tmp_path) == 1


def test_time_of_a_child_that_ends_stays_in_the_sum():
    burn = "import time\nwhile time.process_time() < 0.4: pass"
    before = cost.processor(os.getpid())

    subprocess.run([sys.executable, "-c", burn], check=True)

    assert cost.processor(os.getpid()) - before >= 0.2


def test_memory_is_that_of_the_largest(tmp_path):
    process(tmp_path, 10, parent=1, ticks=0, pages=1000)
    process(tmp_path, 11, parent=10, ticks=0, pages=3000)

    assert cost.memory([10, 11, 12], proc=tmp_path) == 3000 * cost.PAGE / 1_000_000


# --- pgbench -------------------------------------------------------------------------------------

SEEN = pgbench.Seen(
    statements=[
        "SELECT * FROM draft WHERE token_key = 'abc' AND until > '2026-11-30 10:00:00'::timestamptz",
        "DELETE FROM hold WHERE id = 7000 AND seats = 1",
        'INSERT INTO "booking" ("reference", "hold") VALUES (\'REF\', 7000) RETURNING "booking"."id"',
        'INSERT INTO letter ("key", "of") VALUES (\'booking:REF:confirmed\', 9000)',
    ],
    affected=[1, 1, 1, 1],
    keys={"7000": "7000 + :n"},
    unique=["REF"],
    texts={"abc": "md5(:key0)"},
    made={"booking": "9000"},
)


def test_script_gives_every_turn_rows_of_its_own():
    assert pgbench.script(SEEN).splitlines()[3:] == [
        "\\set key0 7000 + :n",
        "BEGIN;",
        "SELECT * FROM draft WHERE token_key = ('' || (md5(:key0)) || '') AND until > '2026-11-30 10:00:00'::timestamptz;",
        "DELETE FROM hold WHERE id = :key0 AND seats = 1;",
        'INSERT INTO "booking" ("reference", "hold") VALUES ((\'\' || (\'\' || :fresh) || \'\'), :key0) RETURNING "booking"."id" \\gset booking_',
        "INSERT INTO letter (\"key\", \"of\") VALUES (('booking:' || ('' || :fresh) || ': confirmed'), :booking_id);",
        "END;",
    ]


def test_rows_that_a_request_wrote_are_counted_by_table():
    assert pgbench.written(SEEN) == {
        "hold": {"INSERT INTO": 0, "UPDATE": 0, "DELETE FROM": 1},
        "booking": {"INSERT INTO": 1, "UPDATE": 0, "DELETE FROM": 0},
        "letter": {"INSERT INTO": 1, "UPDATE": 0, "DELETE FROM": 0},
    }


@pytest.mark.postgres
@pytest.mark.parametrize(("deleted", "turns_taken", "right"), [(3, 3, True), (0, 3, False)])
def test_turns_that_touch_no_row_are_found_out(own_database, deleted, turns_taken, right):
    address = os.environ["DATABASE_URL"]
    seen = pgbench.Seen(["DELETE FROM hold WHERE id = 1"], [1], keys={}, unique=[])
    url = projects.at_database(address, own_database)
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("CREATE TABLE hold AS SELECT generate_series(1, 9) AS id")
        before = pgbench.state(url, seen)
        session.execute("DELETE FROM hold WHERE id <= %s", [deleted])

    if right:
        pgbench.check(url, seen, before, turns_taken)
    else:
        with pytest.raises(RuntimeError, match="hold"):
            pgbench.check(url, seen, before, turns_taken)


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "where", "right"),
    [
        ({"302": 9}, {"receipt": 9}, True),
        ({"302": 8, "500": 1}, {"receipt": 8}, False),
        ({"302": 9}, {"receipt": 8, "login": 1}, False),
        ({}, {}, False),
    ],
)
def test_one_wrong_answer_makes_the_measurement_wrong(answers, where, right):
    found = load.Measured(answers=answers, where=where)

    assert sending.only("302", lambda place: place == "receipt")(found) is right


@pytest.mark.parametrize(
    ("value", "least", "said"),
    [
        (8.0, True, "≥ 8 %: reached"),
        (7.9, True, "≥ 8 %: not reached"),
        (9, False, "≤ 8 %: not reached"),
    ],
)
def test_aim_says_whether_it_is_reached(value, least, said):
    assert bench.aimed(value, 8, "%", least=least) == f"aim {said}"


# --- letters -------------------------------------------------------------------------------------


class Outbox:
    """A bench whose outbox has so many letters, of which some never leave."""

    def __init__(self, *, unsent):
        self.unsent, self.notes = unsent, []

    def ask(self, question):
        return self.unsent if question == letters.UNSENT else 80

    def note(self, *words):
        self.notes.append(words)


@pytest.fixture
def _quick_workers(monkeypatch):
    monkeypatch.setattr(letters, "workers", lambda *_: [])
    monkeypatch.setattr(letters, "deliver", lambda *_: 0.1)


@pytest.mark.usefixtures("_quick_workers")
def test_letter_that_is_left_over_fails_the_bench():
    with pytest.raises(sending.WrongError, match="1 of 80 letters are left over"):
        letters.end(Outbox(unsent=1))


@pytest.mark.usefixtures("_quick_workers")
def test_outbox_that_is_empty_at_the_end_is_said():
    outbox = Outbox(unsent=0)

    letters.end(outbox)

    assert outbox.notes == [("letters left over", "0", "of 80")]
