"""The house stands as drawn: imports, migrations, closed doors, and the rules no tool checks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver

from tests import gate, house_rules
from tests.services import ROOT

# Pages for everybody; each name is here on purpose, and each must be reachable.
PUBLIC = {
    "healthz",
    "readyz",
    "brand_css",
    "set_language",
    "robots",
    "sitemap",
    "manifest",
    "favicon",
    "apple-touch-icon",
    "apple-touch-icon-old",
    "security",
    "security-old",
    "change-password",
    "login",
    "was-slash",
    "public:catalogue",
    "public:workshop",
    "public:booking-begin",
    "public:booking-details",
    "public:booking-check",
    "public:booking-receipt",
    "public:booking-leave",
    "public:booking-switch",
    "public:hold-extend",
    "public:school-search",
    "public:link-lost",
    "public:booking",
    "public:mailbox-confirm",
    "public:booking-cancel",
    "public:booking-ics",
    "public:privacy",
    "public:was",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
}


# --- imports -----------------------------------------------------------------------------------


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [gate.BIN / "lint-imports", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copied_house(tmp_path):
    for app in house_rules.APPS:
        shutil.copytree(ROOT / app, tmp_path / app, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_run_down():
    done = lint_imports(ROOT)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("workshops/models/session.py", "import booking.models", "The house"),
        ("booking/models/booking.py", "import booking.actions", "Every app has the same floors"),
        ("goals/helpers.py", '"""New."""', "Every app has the same floors"),
        ("notifications/models.py", "import notifications.outbox", "The post room"),
        ("booking/states.py", "import rest_framework", "Rules know neither DRF nor Celery"),
    ],
)
def test_import_upwards_is_seen(copied_house, module, line, contract):
    with (copied_house / module).open("a") as source:
        source.write(f"\n{line}\n")

    done = lint_imports(copied_house)

    assert done.returncode != 0
    assert re.search(rf"{contract}.* BROKEN", done.stdout), done.stdout


# --- the database ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# --- doors -------------------------------------------------------------------------------------


def every_address(resolver=None, prefix="", names=()):
    """(full name, path) of every page, with something in the place of each parameter."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + filled_in(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*names, entry.namespace) if entry.namespace else names
            yield from every_address(entry, route, inner)
        elif isinstance(entry, URLPattern):
            yield ":".join((*names, entry.name or route)), "/" + route


def filled_in(pattern):
    """A path that the pattern takes: 1 fits numbers, words, slugs and most keys."""
    route = str(pattern)
    route = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", route)
    route = re.sub(r"<(\w+:)?\w+>", "1", re.sub(r"\(\?P<\w+>(\([^)]*\)|[^()])*\)", "1", route))
    return route.replace("^", "").replace("\\", "").replace("$", "").replace("\\Z", "")


def is_closed(response) -> bool:
    sent_to = response.headers.get("Location", "")
    if response.status_code in (301, 302):
        return sent_to.startswith(resolve_url(settings.LOGIN_URL)) or "/login/" in sent_to
    return response.status_code in (403, 404)


@pytest.mark.django_db
def test_every_page_is_closed_unless_listed(client):
    opened = set()
    addresses = dict(every_address())
    for name, path in addresses.items():
        answers = [client.get(path), client.post(path)]
        if not all(is_closed(answer) for answer in answers):
            opened.add(name)

    assert len(addresses) > 10
    assert opened <= PUBLIC


@pytest.mark.django_db
def test_open_door_would_be_seen(client, settings):
    assert not is_closed(client.get("/healthz"))
    assert is_closed(client.get("/admin/"))
    assert is_closed(client.get("/manage/"))


def test_public_list_holds_no_page_that_is_gone():
    assert {name for name, _ in every_address()} >= PUBLIC


# --- rules that no tool checks -----------------------------------------------------------------


def test_house_rules_are_kept():
    broken = [
        f"{source.relative_to(ROOT)}:{fault}"
        for source in house_rules.app_sources(ROOT)
        for fault in house_rules.faults(source.read_text())
    ]

    assert broken == []
    assert len(house_rules.app_sources(ROOT)) > 30


GOOD = '''"""Says what it is for."""

from booking import states


def place(session, /, seats: int, *, quietly: bool = False):
    """Only short functions, whose switches have names."""
    return states, session, seats, quietly
'''


def test_one_name_is_one_class():
    assert house_rules.same_names(ROOT) == {}


def test_second_class_of_a_name_is_seen(tmp_path):
    for place in ("booking/views", "goals/reports"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "rows.py").write_text("class Row:\n    class Inner: ...\n")

    assert list(house_rules.same_names(tmp_path)) == ["Row"]


def test_every_table_has_its_word_in_the_glossary():
    rows = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    first = [row.split("|")[1] for row in rows if row.startswith("|")]
    words = [word.strip() for cell in first for word in cell.split(",")]
    tables = {
        re.sub(r"(?<!^)([A-Z])", r" \1", model.__name__).lower()
        for model in apps.get_models()
        if model._meta.app_label in house_rules.APPS
    }

    assert tables - set(words) == set()
    assert [word for word in set(words) if words.count(word) > 1] == []


def test_files_that_the_documents_name_are_there():
    named = {
        (document.name, name)
        for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        for name in re.findall(
            r"\b[a-z_]+(?:/[a-z_]+)+\.(?:py|html|md)\b", document.read_text("utf-8")
        )
    }

    assert len(named) > 30
    assert {pair for pair in named if not (ROOT / pair[1]).exists()} == set()


def test_good_module_passes():
    assert list(house_rules.faults(GOOD)) == []
    assert list(house_rules.faults("")) == []


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("x = 1\n", "1: no docstring says what the module is for"),
        ('"""D."""\n' + "x = 1\n" * 400, "1: 401 lines, 400 is the most"),
        ('"""D."""\n\nfrom . import states\n', "3: relative import"),
        ('"""D."""\n\nprint("x")\n', "3: print"),
        ('"""D."""\n\ndef f(x, quietly: bool): ...\n', "3: f: quietly is not keyword-only"),
        ('"""D."""\n\ndef f(quietly: bool, /): ...\n', "3: f: quietly is not keyword-only"),
        ('"""D."""\n\ndef f():\n' + "    x = 1\n" * 45, "3: f has 46 lines, 45 is the most"),
        ('"""D."""\n\nasync def f():\n' + "    x = 1\n" * 45, "3: f has 46 lines, 45 is the most"),
    ],
)
def test_broken_rule_is_seen(source, fault):
    assert list(house_rules.faults(source)) == [fault]


def test_no_word_of_one_plan_is_in_the_platform():
    found = {
        str(source.relative_to(ROOT)): words
        for source in house_rules.worded_sources(ROOT)
        if (words := house_rules.forbidden_words(source.read_text(encoding="utf-8")))
    }

    assert found == {}


@pytest.mark.parametrize("word", ["Ekstremisme", "extremism", "radikalisering", "radicalisation"])
def test_word_of_one_plan_is_seen(word):
    assert house_rules.forbidden_words(f"Forebyggelse af {word}")
    assert not house_rules.forbidden_words("Forebyggelse, extra, streng, radise")


# --- the gate ----------------------------------------------------------------------------------


def test_long_file_is_seen(tmp_path):
    (tmp_path / "long.py").write_text("x = 1\n" * 401)
    (tmp_path / "short.py").write_text("x = 1\n" * 400)

    faults = gate.too_long(tmp_path, ["long.py", "short.py"])

    assert faults == ["\n--- length\nlong.py has 401 lines; 400 is the most.\n"]


def test_gate_knows_every_tool():
    steps = gate.steps(fix=False)

    assert {"format", "lint", "types", "imports", "migrations", "deploy", "translations"} <= set(
        steps
    )
    assert "--check" in steps["format"]
    assert "--check" not in gate.steps(fix=True)["format"]


def test_gate_shows_what_failed(capsys):
    assert gate.run("good", [gate.sys.executable, "-c", ""]) == ""
    assert "no ink" in gate.run("bad", [gate.sys.executable, "-c", "raise SystemExit('no ink')"])
    assert capsys.readouterr().out == "ok   good\nFAIL bad\n"


def test_gate_refuses_what_it_does_not_know(capsys):
    assert gate.main(["--fly"]) == 2
    assert "./dev check [--fix]" in capsys.readouterr().err


def test_no_address_of_a_registry_is_committed():
    """Where packages come from depends on where one is."""
    locks = [*ROOT.glob("requirements/*"), ROOT / "package-lock.json", ROOT / ".npmrc"]

    assert len(locks) >= 9
    assert not [lock.name for lock in locks if "://" in lock.read_text()]


def test_every_package_is_locked_by_hash():
    for lock in ROOT.glob("requirements/*.lock"):
        packages = re.findall(r"^[\w.\[\]-]+==", lock.read_text(), re.MULTILINE)
        assert lock.read_text().count("--hash=") >= len(packages) > 0
