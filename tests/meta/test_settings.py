"""`.env.example` and the settings say the same, both ways; a wrong value is one line that names the variable."""

import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsWrong, read, variables

ROOT = Path(__file__).parents[2]


def _example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"^AMANET_", line))


def test_every_setting_is_explained_and_nothing_else() -> None:
    assert set(_example()) == set(variables())


def test_the_example_shows_the_defaults() -> None:
    from_example = read(environment=_example())
    assert from_example.model_dump() == Settings().model_dump()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMANET_COUNTRY", "mars"),
        ("AMANET_INTAKE_KEY", "c2hvcnQ"),
        ("AMANET_LISTEN", "8080"),
        ("AMANET_REPORTER_TOKEN", "not-a-token"),
        ("AMANET_TELEGRAM_API", "ftp://example.org"),
        ("AMANET_DATABASE_URL", "mysql://x"),
        ("AMANET_ABANDONED", "maybe"),
    ],
)
def test_a_wrong_value_names_the_variable_and_never_repeats_it(name: str, value: str) -> None:
    with pytest.raises(SettingsWrong) as wrong:
        read(environment={name: value})
    assert str(wrong.value).startswith(f"{name}: ")
    assert "\n" not in str(wrong.value)
    assert value not in str(wrong.value) or name == "AMANET_LISTEN"


def test_a_relative_path_is_relative_to_its_file_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "amanet.env"
    file.write_text("# a deployment\nAMANET_DATA_DIR=data\nAMANET_COUNTRY=al\n", encoding="utf-8")
    settings = read(file, environment={"AMANET_COUNTRY": "xk"})
    assert settings.data_dir == tmp_path / "data"
    assert settings.country == "xk"
    assert settings.database == f"sqlite:///{tmp_path / 'data' / 'amanet.db'}"


def test_a_secret_shows_in_no_representation() -> None:
    secret = "A" * 43
    settings = read(environment={"AMANET_INTAKE_KEY": secret, "AMANET_REPORTER_TOKEN": "123456:" + "B" * 30})
    assert secret not in repr(settings)
    assert "B" * 30 not in repr(settings)
    assert settings.secret("intake_key") == bytes(32)
