"""The settings of a deployment, read once: the only place that reads the environment.

Every variable has the prefix AMANET_ and is explained in `.env.example`. Secrets hide in their representation.
A wrong value stops the start with one line that names the variable and says what was expected; the value is never repeated.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "AMANET_"


class SettingsWrong(Exception):
    """A setting cannot be used; the message names the variable and what was expected."""


def _secret32(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if text:
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) != 32:
            raise ValueError("expected 32 bytes as base64url without padding, as `init` writes them")
    return value


def _token(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if text and not (text.partition(":")[0].isdigit() and text.partition(":")[2] and text.isascii() and "/" not in text):
        raise ValueError("expected a bot token like 123456:ABC…")
    return value


def _base_url(value: str) -> str:
    if value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError("expected an address like https://example.org")
    return value.rstrip("/")


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if value and (not host or not port.isdigit() or not 0 < int(port) < 65536):
        raise ValueError("expected HOST:PORT, for example 127.0.0.1:8080")
    return value


def _database_url(value: str) -> str:
    if value and not value.startswith(("sqlite", "postgresql+asyncpg://")):
        raise ValueError("expected sqlite:///PATH or postgresql+asyncpg://…")
    return value


Secret32 = Annotated[SecretStr, AfterValidator(_secret32)]
Token = Annotated[SecretStr, AfterValidator(_token)]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
Listen = Annotated[str, AfterValidator(_listen)]
EMPTY = SecretStr("")


class Settings(BaseSettings):
    """Everything an operator can say. Field names in capitals, with the prefix, are the variables."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True)

    data_dir: Path = Path("var")
    database_url: Annotated[SecretStr, AfterValidator(lambda v: SecretStr(_database_url(v.get_secret_value())))] = EMPTY
    listen: Listen = "127.0.0.1:8080"
    metrics_listen: Listen = ""
    public_url: BaseUrl = ""
    reporter_token: Token = EMPTY
    officer_token: Token = EMPTY
    telegram_api: BaseUrl = "https://api.telegram.org"
    telegram_updates: Literal["polling", "webhook"] = "polling"
    viber_token: SecretStr = EMPTY
    viber_api: BaseUrl = "https://chatapi.viber.com/pa"
    intake_key: Secret32 = EMPTY
    relay_key: Secret32 = EMPTY
    receipt_pepper: Secret32 = EMPTY
    intake_signing_key: Secret32 = EMPTY
    desk_key: Secret32 = EMPTY
    root_public_key: Secret32 = EMPTY
    second_factor: Literal["required", "off"] = "required"
    attachments: Literal["none", "voice", "all"] = "voice"
    abandoned: Literal["discard", "deliver_if_danger", "deliver"] = "deliver_if_danger"
    country: Literal["xk", "al"] = "xk"
    cases_kept_days: Annotated[int, Field(ge=1, le=36500)] = 365
    heartbeat_url: BaseUrl = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the environment is handed over by `read`
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values only as `read` collected them, so that a file and the environment are merged in one place."""
        return (init_settings,)

    def secret(self, name: str) -> bytes:
        """The 32 bytes of a secret setting; empty bytes where it is not set."""
        text = getattr(self, name).get_secret_value()
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if text else b""

    @property
    def database(self) -> str:
        """The database's address; SQLite in the data folder where none is named."""
        return self.database_url.get_secret_value() or f"sqlite:///{self.data_dir / 'amanet.db'}"

    @property
    def public(self) -> str:
        """How the world reaches the web side."""
        return self.public_url or f"http://{self.listen}"


def outside() -> dict[str, str]:
    """The environment without any of our variables: what a program is started with that must not meet this deployment."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def variables() -> tuple[str, ...]:
    """Every variable's name, in the order of the class; `.env.example` is held against it."""
    return tuple(PREFIX + name.upper() for name in Settings.model_fields)


def _from_file(path: Path) -> dict[str, str]:
    """Lines `NAME=value` of a settings file, paths made relative to it; comments and blank lines passed over."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsWrong(f"the settings file {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsWrong(f"the settings file {path} is not text") from None
    values: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = stripped.removeprefix("export ").partition("=")
        if not equals:
            raise SettingsWrong(f"the settings file {path}, line {number}: expected NAME=value")
        values[name.strip()] = value.strip().strip('"').strip("'")
    if unknown := [name for name in values if name.startswith(PREFIX) and name not in variables()]:
        raise SettingsWrong(f"{unknown[0]}: there is no such setting (in {path}); .env.example lists them")
    data_dir = values.get(PREFIX + "DATA_DIR")
    base = path.resolve().parent
    if data_dir:
        values[PREFIX + "DATA_DIR"] = str(base / data_dir)
    url = values.get(PREFIX + "DATABASE_URL", "")
    if url.startswith("sqlite") and ":///" in url and not url.partition(":///")[2].startswith("/"):
        scheme, _, relative = url.partition(":///")
        values[PREFIX + "DATABASE_URL"] = f"{scheme}:///{base / relative}"
    return values


ZONES: Final[Mapping[str, frozenset[str]]] = {
    "intake": frozenset({"intake_key", "relay_key", "receipt_pepper", "intake_signing_key", "reporter_token", "viber_token"}),
    "desk": frozenset({"desk_key", "officer_token"}),
}
"""What belongs to one trust zone only."""


def read(env_file: Path | None = None, environment: Mapping[str, str] | None = None, *, zone: str | None = None) -> Settings:
    """Read the settings; the environment wins over the file. Raise SettingsWrong with one line a person can act on.

    A process of one zone leaves the other zone's secrets where they are: with `zone` they are not even looked at.
    """
    given = dict(_from_file(env_file)) if env_file else {}
    given.update(os.environ if environment is None else environment)
    values: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in given.items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() in Settings.model_fields
    }
    for other in ZONES if zone is not None else ():
        for name in ZONES[other] if other != zone else ():
            values.pop(name, None)
    for blank in [name for name, value in values.items() if value == ""]:
        del values[blank]
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        message = str(first["msg"]).removeprefix("Value error, ").replace("Input should be", "expected")
        raise SettingsWrong(f"{PREFIX}{str(first['loc'][0]).upper()}: {message}") from None
