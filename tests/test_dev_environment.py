"""The one command: the environment it makes, and wrong use."""

import ast
import contextlib
import importlib.machinery
import importlib.util
import sqlite3
import subprocess
import sys

import pytest

from config import up
from tests import services

SCRIPT = services.ROOT / "dev"


@pytest.fixture
def dev():
    loader = importlib.machinery.SourceFileLoader("dev_script", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("dev_script", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def bare(dev, monkeypatch, tmp_path):
    """The script where nothing has been installed yet; what it would run is written down."""
    (tmp_path / "requirements").mkdir()
    for name in ("build", "dev", "tools"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(f"{name}==1\n")
    for name, place in {"ROOT": ".", "VENV": ".venv", "TOOLS": ".venv-tools", "VAR": "var"}.items():
        monkeypatch.setattr(dev, name, tmp_path / place)
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv/.lock-stamp")
    dev.ran = []
    monkeypatch.setattr(
        dev, "run", lambda command, **_: dev.ran.append(list(map(str, command))) or 0
    )
    return dev


def pretend_installed(dev, lock):
    dev.PYTHON.parent.mkdir(parents=True, exist_ok=True)
    dev.PYTHON.touch()
    dev.STAMP.write_text(dev.stamp_of(lock))


# --- the environment ---------------------------------------------------------------------------


def test_older_python_is_told_so():
    code = "import sys; sys.version_info = (3, 9, 2); exec(open('dev').read())"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPT.parent, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed; this is Python 3.9")


def test_older_python_can_read_the_script():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 7))

    with pytest.raises(SyntaxError):
        ast.parse("match 1:\n    case 1: pass", feature_version=(3, 7))


@pytest.mark.parametrize("script", ["dev", "config/up.py"])
def test_script_needs_the_standard_library_only(script):
    tree = ast.parse((services.ROOT / script).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or node.names[0].name for node in imports}

    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert len(names) > 10


def test_developers_environment_serves_the_site_too(bare):
    pretend_installed(bare, "dev")

    assert bare.is_ready("build")
    assert bare.is_ready("dev")


def test_environment_of_the_site_does_not_serve_developers(bare):
    pretend_installed(bare, "build")

    assert bare.is_ready("build")
    assert not bare.is_ready("dev")


def test_changed_lock_is_installed_again(bare):
    pretend_installed(bare, "dev")
    bare.lock_file("dev").write_text("dev==2\n")

    assert not bare.is_ready("dev")


def test_stamp_is_written_last(bare, monkeypatch):
    pretend_installed(bare, "build")

    def fail(name):
        assert not bare.STAMP.exists()
        raise SystemExit(name)

    monkeypatch.setattr(bare, "install", fail)

    with pytest.raises(SystemExit, match="dev"):
        bare.ensure("dev")
    assert not bare.is_ready("build")


def test_developers_environment_stays_whole(bare, monkeypatch):
    pretend_installed(bare, "dev")
    bare.lock_file("build").write_text("build==2\n")
    bare.lock_file("dev").write_text("dev==2\n")
    installed = []
    monkeypatch.setattr(bare, "install", installed.append)

    bare.ensure("build", quiet=True)

    assert installed == ["dev"]
    assert bare.is_ready("build")


def test_ready_environment_is_left_alone(bare, monkeypatch):
    pretend_installed(bare, "build")
    monkeypatch.setattr(bare, "install", pytest.fail)

    bare.ensure("build")


def test_uv_installs_by_hash(bare, monkeypatch):
    monkeypatch.setattr(bare.shutil, "which", lambda _: "/opt/uv")

    bare.install("dev")

    assert bare.ran[-1][:3] == ["/opt/uv", "pip", "install"]
    assert "--require-hashes" in bare.ran[-1]


def test_pip_installs_where_uv_cannot_be_had(bare, monkeypatch):
    monkeypatch.setattr(bare.shutil, "which", lambda _: None)

    bare.install("dev")

    assert bare.ran[-1][:4] == [str(bare.PYTHON), "-m", "pip", "install"]
    assert "--require-hashes" in bare.ran[-1]
    assert str(bare.lock_file("dev")) in bare.ran[-1]


def test_missing_ensurepip_stops_with_the_line_to_paste(bare, monkeypatch):
    monkeypatch.setattr(bare.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(bare.os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit) as stopped:
        bare.ensure("build")

    assert "\n    sudo apt-get install -y python3-venv\n" in stopped.value.code
    assert bare.ran == []


def test_missing_ensurepip_is_installed_by_root(bare, monkeypatch):
    monkeypatch.setattr(bare.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(bare.os, "geteuid", lambda: 0)

    bare.need_ensurepip()

    assert bare.ran[-1][:2] == ["apt-get", "install"]
    assert bare.ran[-1][-1] == "python3-venv"


def test_bytecode_that_is_not_wanted_beside_the_sources_goes_to_var(dev, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)

    chosen = dev.environment()

    assert "PYTHONDONTWRITEBYTECODE" not in chosen
    assert chosen["PYTHONPYCACHEPREFIX"] == str(dev.VAR / "bytecode")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "/elsewhere")
    assert dev.environment()["PYTHONPYCACHEPREFIX"] == "/elsewhere"


def test_users_environment_wins(dev, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("ENVIRONMENT", "production")

    chosen = dev.environment(DATABASE_URL="sqlite:///ours")

    assert chosen["ENVIRONMENT"] == "production"
    assert chosen["DATABASE_URL"] == "sqlite:///ours"
    monkeypatch.setenv("DATABASE_URL", "sqlite:///theirs")
    assert dev.environment(DATABASE_URL="sqlite:///ours")["DATABASE_URL"] == "sqlite:///theirs"


def made_by(folder, *migrations):
    """A database in which these migrations were run."""
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(folder / "fremmoede.sqlite3")) as file:
        file.execute("PRAGMA journal_mode=wal")
        file.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        file.executemany("INSERT INTO django_migrations VALUES (?, ?)", migrations)
        file.commit()


def aside(folder):
    return sorted(file.name for file in folder.glob("before-*.sqlite3"))


@pytest.mark.parametrize("variable", ["VAR_DIR", None])
def test_database_of_another_version_is_set_aside(dev, monkeypatch, tmp_path, capsys, variable):
    folder = tmp_path / "var"
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("VAR_DIR", raising=False)
    monkeypatch.setattr(dev, "VAR", folder)
    if variable:
        folder = tmp_path / "elsewhere"
        monkeypatch.setenv(variable, str(folder))
    made_by(folder, ("workshops", "0001_initial"), ("workshops", "0004_of_before"))

    dev.set_aside()

    (kept,) = aside(folder)
    assert not (folder / "fremmoede.sqlite3").exists()
    assert f"is set aside as {kept}; a new one is made." in capsys.readouterr().err
    with contextlib.closing(sqlite3.connect(folder / kept)) as file:
        assert file.execute("SELECT count(*) FROM django_migrations").fetchone() == (2,)


def test_database_of_this_version_stays_and_so_does_what_is_none(
    dev, monkeypatch, tmp_path, capsys
):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    made_by(tmp_path, ("workshops", "0001_initial"), ("auth", "0001_initial"))

    dev.set_aside()
    (tmp_path / "fremmoede.sqlite3").write_text("no database")
    dev.set_aside()

    assert (tmp_path / "fremmoede.sqlite3").exists()
    assert capsys.readouterr().err == ""


def test_database_that_the_user_names_is_left_alone(dev, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    made_by(tmp_path, ("workshops", "0004_of_before"))

    dev.set_aside()

    assert aside(tmp_path) == []


def test_failed_command_ends_with_what_it_said(dev):
    with pytest.raises(SystemExit, match=r"(?s)Failed .3.*no ink"):
        dev.run([sys.executable, "-c", "print('no ink'); raise SystemExit(3)"], quiet=True)


# --- wrong use ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "port", "empty"),
    [
        ([], 8000, False),
        (["--port", "9000"], 9000, False),
        (["--port=9000"], 9000, False),
        (["--empty"], 8000, True),
        (["--port", "9000", "--empty"], 9000, True),
        (["--empty", "--port=9000"], 9000, True),
    ],
)
def test_words_of_up_are_read(words, port, empty):
    assert up.understood(words) == (port, empty)


@pytest.mark.parametrize(
    "words", [["--port"], ["--port", "x"], ["--port", "70000"], ["--pot", "1"], ["--emtpy"]]
)
def test_wrong_use_ends_with_two(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        up.understood(words)

    assert stopped.value.code == 2
    assert "./dev up [--port N]" in capsys.readouterr().err


def test_unknown_command_ends_with_two(dev, capsys):
    with pytest.raises(SystemExit) as stopped:
        dev.main(["fly"])

    assert stopped.value.code == 2
    assert "fly" in capsys.readouterr().err
