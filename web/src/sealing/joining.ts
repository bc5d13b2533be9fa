/**
 * A newcomer's proof that the signing key they bring is theirs, so that nobody joins with somebody else's.
 *
 * `proof = Ed25519(signing, label("amanet/v1/join") || officer_id || identity public key || signing public key)`. For the identity
 * there is no such proof: whoever cannot open what is sealed to it has only shut themselves out.
 */

import { type Bytes, joined, label, mustBeId } from "./encoding.ts";
import type { Recipient, SigningIdentity } from "./identity.ts";

/** Make the proof. */
export function signJoining(officerId: Bytes, identity: Recipient, signing: SigningIdentity): Bytes {
  const message = joined(label("amanet/v1/join"), mustBeId(officerId), identity.publicKey, signing.verifier.publicKey);
  return signing.sign(message);
}
