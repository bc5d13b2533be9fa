/** The keys of somebody who joins: made here, sealed into their two slots, and forgotten. */

import type { Looked } from "./api/people.ts";
import type { PassphraseSlotJson } from "./api/shapes.ts";
import type { MadeNewcomer, MadeSlot } from "./vault.ts";
import { b64u, joined, label, type Rng, SECRET_BYTES, unb64u } from "../sealing/encoding.ts";
import { fingerprint, Identity, SigningIdentity } from "../sealing/identity.ts";
import { loginProof, type NewPassphraseSlot, sealPassphraseSlot, writePassphraseSlot } from "../sealing/slots.ts";

/** Make identity and signing identity, both slots with their proofs, and the proof that the signing key is ours. */
export async function makeNewcomer(looked: Looked, passphrase: string, recovery: string, rng: Rng): Promise<MadeNewcomer> {
  const seeds = { identity: rng(SECRET_BYTES), signing: rng(SECRET_BYTES) };
  const identity = await Identity.fromSeed(seeds.identity);
  const signing = SigningIdentity.fromSeed(seeds.signing);
  const officerId = unb64u(looked.officer_id);
  const holder = { officerId, seeds };
  const first = writtenSlot(await sealPassphraseSlot(holder, { passphrase }, rng));
  const second = writtenSlot(await sealPassphraseSlot(holder, { passphrase: recovery, kind: "recovery" }, rng));
  const [identityPublic, signingPublic] = [identity.recipient.publicKey, signing.verifier.publicKey];
  const proof = signing.sign(joined(label("amanet/v1/join"), officerId, identityPublic, signingPublic));
  const made: MadeNewcomer = {
    joining: {
      identity_public: b64u(identityPublic),
      signing_public: b64u(signingPublic),
      proof_of_signing: b64u(proof),
      slot: first.slot,
      recovery_slot: second.slot,
      login_proof: first.proof,
      recovery_login_proof: second.proof,
    },
    fingerprintIdentity: fingerprint(identity.keyId),
    fingerprintSigning: fingerprint(signing.signerId),
  };
  identity.forget();
  signing.forget();
  seeds.identity.fill(0);
  seeds.signing.fill(0);
  return made;
}

/** A slot as it travels, with the proof that belongs to it; the key is overwritten. */
export function writtenSlot({ slot, stretched }: NewPassphraseSlot): MadeSlot {
  const proof = b64u(loginProof(stretched));
  stretched.key.fill(0);
  return { slot: writePassphraseSlot(slot) as unknown as PassphraseSlotJson, proof };
}
