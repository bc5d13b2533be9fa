"""A newcomer's proof that the signing key they bring is theirs, so that nobody joins with somebody else's.

`proof = Ed25519(signing, label("amanet/v1/join") || officer_id || identity public key || signing public key)`. For the identity there is no
such proof: whoever cannot open what is sealed to it has only shut themselves out.
"""

from sealing.encoding import label, must_be_id
from sealing.identity import Recipient, SigningIdentity, Verifier


def sign_joining(officer_id: bytes, identity: Recipient, signing: SigningIdentity) -> bytes:
    """Make the proof."""
    return signing.sign(_message(officer_id, identity, signing.verifier))


def proves_joining(proof: bytes, officer_id: bytes, identity: Recipient, signing: Verifier) -> bool:
    """Tell whether the holder of the signing key joins with both keys as this officer."""
    return signing.verify(_message(officer_id, identity, signing), proof)


def _message(officer_id: bytes, identity: Recipient, signing: Verifier) -> bytes:
    return label("amanet/v1/join") + must_be_id(officer_id) + identity.public_key + signing.public_key
