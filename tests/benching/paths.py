"""The lines of the table that ask the web: each in turns with the bare view."""

from __future__ import annotations

from collections.abc import Callable

from tests.benching import load, pgbench, turns
from tests.benching.bench import Bench, Sample, aimed
from tests.benching.sending import CLIENTS, WrongError, begin, dealt, measure, only

POSTS = 400  # for one measurement; more than it gets through
FULL = 25
RIVALS = 200
EXPORTED = 11_000
WRITERS_PAUSE = 0.2  # seconds between two bookings while the catalogue is read


def takers(bench: Bench, posts: list[str], right: Callable) -> Callable[[], Sample]:
    """A measurement that sends the next of these, each of them once."""
    number = len(posts) // bench.rounds
    parts = iter([posts[turn * number : (turn + 1) * number] for turn in range(bench.rounds)])

    def take() -> Sample:
        plan = load.Plan(port=bench.web.port, clients=dealt(next(parts)), seconds=bench.seconds)
        return bench.sample(bench.web, plan, right=right)

    return take


def rival(bench: Bench, what: str) -> Callable[[], Sample] | None:
    """pgbench with the statements of one *what*; prints how many those are."""
    each = 20 if bench.quick else 60
    turns_each = each * pgbench.CLIENTS
    seen = pgbench.Seen(**bench.inside(what, turns_each * bench.rounds))
    aim = {"booking": 10, "count": 8}[what]
    number = len(seen.statements)
    bench.note(f"statements of a {what}", f"{number}", aimed(number, aim, "statements"))
    program = bench.stand.postgres.programs / "pgbench"
    if not program.exists():
        bench.note("  pgbench", "-", "this PostgreSQL comes without it")
        return None
    file = bench.project.var / f"{what}.sql"
    file.write_text(pgbench.script(seen))
    starts = iter(range(1, 1 + turns_each * bench.rounds, turns_each))
    database = bench.project.database_url

    def take() -> Sample:
        before = pgbench.state(database, seen)
        rate = pgbench.run(program, database, file, first=next(starts), each=each)
        pgbench.check(database, seen, before, turns_each)
        return Sample(rate)

    return take


# --- one function for each line ----------------------------------------------------------------


def booking(bench: Bench) -> None:
    """Whole POSTs of the last button: form found, seats handed over, letters written."""
    other = rival(bench, "booking")
    posts = bench.buttons(POSTS * bench.rounds, "wide")
    ours = takers(bench, posts, only("302", lambda where: where == "receipt"))
    bench.compare("booking", ours, aim=8, pgbench=other)


def count(bench: Bench) -> None:
    """Whole POSTs of the facilitator's count page, one class each."""
    other = rival(bench, "count")
    made = bench.inside("counts", POSTS * bench.rounds)
    posts = [
        bench.post(row["path"], cookie=made["cookie"], body=row["body"]) for row in made["rows"]
    ]
    ours = takers(bench, posts, only("302", str.isdigit))
    bench.compare("count", ours, aim=8, pgbench=other)


def reading(bench: Bench, path: str) -> Callable[[], Sample]:
    """A measurement of one page by eight clients."""
    plan = load.Plan(
        port=bench.web.port,
        clients=[[bench.get(path)] for _client in range(CLIENTS)],
        seconds=bench.seconds,
        again=True,
    )
    return lambda: bench.sample(bench.web, plan, right=only("200"))


def workshop(bench: Bench) -> None:
    """The page of one workshop with its dates."""
    bench.compare("workshop", reading(bench, bench.about["workshop"]), aim=20)


def catalogue(bench: Bench) -> None:
    """The catalogue, while somebody books five times a second in what it shows."""
    look = reading(bench, "/")
    number = int(bench.seconds / WRITERS_PAUSE) + 1
    posts = bench.buttons(number * bench.rounds, "wide")
    right = only("302", lambda where: where == "receipt")

    def ours() -> Sample:
        own = [posts.pop() for _place in range(number)]
        plan = load.Plan(
            port=bench.web.port, clients=[own], seconds=bench.seconds, pause=WRITERS_PAUSE
        )
        end = begin(plan)
        found = look()
        if not right(end()):
            message = "a booking failed while the catalogue was read"
            raise WrongError(message)
        return found

    bench.compare("catalogue", ours, aim=25)


def refusal(bench: Bench) -> None:
    """The last button where the last seat has just gone: 409, with the nearest dates."""
    bench.inside("narrow", "full", FULL, FULL)
    posts = bench.buttons(POSTS * bench.rounds, "full", "bare")
    bench.compare("refusal", takers(bench, posts, only("409")), aim=15)


def race(bench: Bench) -> None:
    """200 forms without seats of their own for 25 seats, all at once."""
    names = iter([f"race{len(bench.table)}x{turn}" for turn in range(bench.rounds)])

    def ours() -> Sample:
        name = next(names)
        session = bench.inside("narrow", name, FULL, 0)
        posts = bench.buttons(RIVALS, name, "bare")
        plan = load.Plan(port=bench.web.port, clients=[[post] for post in posts])
        wanted = {"302": FULL, "409": RIVALS - FULL}
        found = bench.sample(bench.web, plan, right=lambda found: found.answers == wanted)
        left = "SELECT capacity - seats_taken FROM workshops_session WHERE id ="
        if bench.ask(f"{left} {session}"):
            message = f"{bench.ask(f'{left} {session}')} seats are left after the race"
            raise WrongError(message)
        return found

    found = turns.in_turns({"ours": ours, "bare": bench.bare_view}, bench.rounds)
    seconds = turns.Spread.of([sample.measured.seconds for sample in found["ours"]])
    bench.note("race of 200 for 25, s", f"{seconds:.2f}", aimed(seconds.median, 1.2, "s"))
    share = turns.ratio(
        [sample.rate for sample in found["ours"]], [sample.rate for sample in found["bare"]]
    )
    bench.note("  answers a second", f"{share.times(100):.1f} % of a bare view")


def export(bench: Bench) -> None:
    """The bookings as CSV, once for one coordinator."""
    made = bench.inside("history", EXPORTED)
    plan = load.Plan(
        port=bench.web.port, clients=[[bench.get(made["path"], cookie=made["cookie"])]]
    )
    measure(plan)  # warm
    found = turns.in_turns(
        {
            "ours": lambda: bench.sample(bench.web, plan, right=only("200")),
            "bare": bench.bare_view,
        },
        bench.rounds,
    )
    seconds = turns.Spread.of([sample.measured.seconds for sample in found["ours"]])
    size = found["ours"][0].measured.bytes_each
    bench.note("CSV of 11,000 bookings, s", f"{seconds:.2f}", f"{size} bytes")
