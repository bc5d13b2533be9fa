"""Laws of the room that hold for its modules together."""

import subprocess
import sys
from pathlib import Path

import sealing

ROOM = Path(sealing.__file__).parent
CLOSED = sorted(path.stem for path in ROOM.glob("*.py") if path.stem != "__init__")


def test_nothing_outside_the_opening_package_loads_it() -> None:
    imports = "; ".join(f"import sealing.{module}" for module in CLOSED)
    asked = f"import sys; {imports}; print(sorted(name for name in sys.modules if name.startswith('sealing.open')))"

    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOM.parent)

    assert answer.stdout.strip() == "[]"


def test_only_the_opening_package_can_unwrap_a_case() -> None:
    defining = {
        path.relative_to(ROOM).as_posix()
        for path in ROOM.rglob("*.py")
        if any(f"def {step}(" in path.read_text(encoding="utf-8") for step in ("unwrap", "open_entry", "open_team_wrap"))
    }

    assert defining == {"open/steps.py"}
