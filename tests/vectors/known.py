"""The known answers beside this file, and the keys in them by name."""

import json
from pathlib import Path
from typing import Any

from sealing.directory import Directory
from sealing.encoding import unb64u
from sealing.identity import Identity, SigningIdentity
from sealing.signed_directory import SignedDirectory, verify_directory

HERE = Path(__file__).parent

CASE_A = unb64u("XJCrpZ6_1uLIFX9gfv2Jww")
CASE_B = unb64u("yV4kBC6lPFc39l8CEjb2Hg")


def load(name: str) -> Any:
    """Read one file of known answers."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def identity(name: str) -> Identity:
    """Give the identity of this name."""
    return Identity.from_seed(unb64u(_named("identity", name)["seed"]))


def signer(name: str) -> SigningIdentity:
    """Give the signing identity of this name."""
    return SigningIdentity.from_seed(unb64u(_named("signer", name)["seed"]))


def _named(file: str, name: str) -> Any:
    return next(item for item in load(file) if item["name"] == name)


def root_public_key() -> bytes:
    """Give the root that signed the known directory."""
    return unb64u(load("directory")["root_public_key"])


def signed_directory() -> SignedDirectory:
    """Give the known directory as it travels."""
    answer = load("directory")
    return SignedDirectory(document=unb64u(answer["document"]), signature=unb64u(answer["signature"]))


def directory() -> Directory:
    """Give the known directory."""
    signed = signed_directory()
    return verify_directory(signed.document, signed.signature, root_public_key())


def pattern(size: int) -> bytes:
    """Give bytes whose byte i is (7 i + floor(i / 256)) mod 256."""
    return bytes((7 * i + i // 256) % 256 for i in range(size))
