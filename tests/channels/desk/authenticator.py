"""A security key in software, as WebAuthn Level 2 describes it: enough to register and to sign in."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from sealing.encoding import b64u


@dataclass(slots=True, kw_only=True)
class Authenticator:
    """One key for one site."""

    origin: str
    rp_id: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    count: int = 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer creation options."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(cose)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(0x41) + attested}
        said = {"clientDataJSON": self._client("webauthn.create", options), "attestationObject": b64u(cbor2.dumps(attestation))}
        return self._credential(said)

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer a question."""
        self.count += 1
        client, data = self._client("webauthn.get", options), self._data(0x05)
        signed = data + hashlib.sha256(_raw(client)).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._credential({"clientDataJSON": client, "authenticatorData": b64u(data), "signature": b64u(signature)})

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> str:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return b64u(json.dumps(said).encode())

    def _credential(self, response: dict[str, Any]) -> dict[str, Any]:
        own = b64u(self.credential_id)
        return {"id": own, "rawId": own, "type": "public-key", "response": response, "clientExtensionResults": {}}


def _raw(text: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
