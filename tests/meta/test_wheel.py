"""What is built is whole: the wheel holds every data file, and the program runs from it far away from the tree."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.meta.tree import ROOT, files, rooms

DATA = {".yaml", ".json", ".po", ".pot", ".html", ".js", ".css", ".mako", ".txt", ".ogg", ".svg"}
BESIDE = ("pyproject.toml", "README.md", "LICENSE")


def _packed() -> set[str]:
    """Name what goes into a wheel: of the browser's part what was built, of every other room all of it."""
    names = (path.relative_to(ROOT) for path in (*files(), *(ROOT / "web" / "dist").iterdir()))
    return {
        name.as_posix()
        for name in names
        if name.parts[0] in rooms() and (name.parts[0] != "web" or name.parts[1] in {"__init__.py", "dist"})
    }


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build from a copy, with the tools that are here: nothing is fetched and nothing is left in the tree."""
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    (least,) = re.findall(r"^setuptools>=(\d+)$", needed[0])
    here = version("setuptools")
    assert int(here.split(".")[0]) >= int(least), f"setuptools {here} is older than the locked one: run `make setup`"
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in (
        *(path.relative_to(ROOT).as_posix() for path in files() if path.is_relative_to(ROOT / "web")),
        *_packed(),
        *BESIDE,
    ):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    quietly = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation")
    build = [sys.executable, "-m", "pip", "wheel", *quietly, "--wheel-dir", str(out), str(tree)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_every_module_and_every_data_file(wheel: Path) -> None:
    ours = _packed()
    needed = {name for name in ours if name.endswith(".py") or Path(name).suffix in DATA}
    with zipfile.ZipFile(wheel) as packed:
        held = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert {"missing": needed - held, "not ours": held - ours} == {"missing": set(), "not ours": set()}


def test_the_wheel_carries_its_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        (named,) = (name for name in packed.namelist() if name.endswith("/LICENSE"))
        assert "GNU AFFERO GENERAL PUBLIC LICENSE" in packed.read(named).decode()


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder), str(wheel)]
    subprocess.run(install, capture_output=True, check=True)
    return folder


def _run(package: Path, cwd: Path, *command: str) -> tuple[int, str, str]:
    environment = {"PYTHONPATH": str(package), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", [("flow", "check"), ("flow", "draw"), ("flow", "hear")])
def test_the_installed_program_says_far_away_what_it_says_in_the_tree(
    installed: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Scripts, phrases and catalogues came along. Whether the flows are sound is for other tests to say."""
    far, near = _run(installed, tmp_path, *command), _run(ROOT, ROOT, *command)
    assert far == near
    assert far[2] == ""


def test_an_installed_program_makes_a_deployment(installed: Path, tmp_path: Path) -> None:
    """Migrations, municipalities and helplines came along as well."""
    assert _run(installed, tmp_path, "init", "here", "--demo")[::2] == (0, "")
    assert (tmp_path / "here" / "data" / "amanet.db").stat().st_size > 0
