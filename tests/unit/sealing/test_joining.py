"""A newcomer proves that the signing key is theirs."""

import os

from sealing.identity import Identity, SigningIdentity
from sealing.joining import proves_joining, sign_joining

OFFICER = bytes(range(16))


def test_the_proof_counts_for_one_officer_and_one_pair_of_keys() -> None:
    identity, signing = Identity.generate(os.urandom).recipient, SigningIdentity.generate(os.urandom)
    other_identity, other = Identity.generate(os.urandom).recipient, SigningIdentity.generate(os.urandom)
    proof = sign_joining(OFFICER, identity, signing)
    assert proves_joining(proof, OFFICER, identity, signing.verifier)
    assert not proves_joining(proof, bytes(16), identity, signing.verifier)
    assert not proves_joining(proof, OFFICER, other_identity, signing.verifier)
    assert not proves_joining(proof, OFFICER, identity, other.verifier)
    assert not proves_joining(bytes(64), OFFICER, identity, signing.verifier)


def test_the_message_is_the_label_the_officer_and_both_public_keys() -> None:
    identity, signing = Identity.generate(os.urandom).recipient, SigningIdentity.generate(os.urandom)
    message = b"amanet/v1/join\0" + OFFICER + identity.public_key + signing.verifier.public_key
    assert sign_joining(OFFICER, identity, signing) == signing.sign(message)
