/**
 * Passkeys: making one, answering with one, and what its PRF gives for the unlock slot.
 *
 * The JSON forms are those of WebAuthn level 3; they are read and written here because not every browser in use does it itself.
 */

import { b64u, type Bytes, unb64u } from "../sealing/encoding.ts";

/** The person closed the question, or the device has nothing to answer with. */
export class PasskeyRefused extends Error {}

export interface Answer {
  /** `PublicKeyCredential` as JSON, for the server. */
  readonly credential: { readonly id: string } & Record<string, unknown>;
  /** What the PRF gave; null where the device has none. */
  readonly prf: Uint8Array | null;
  /** Whether the passkey can do PRF at all. */
  readonly hasPrf: boolean;
}

interface Json {
  readonly [name: string]: unknown;
}

type PrfResults = { readonly prf?: { readonly enabled?: boolean; readonly results?: { readonly first?: BufferSource } } };

export function isAvailable(): boolean {
  return "PublicKeyCredential" in window;
}

/** Make a passkey; with `prfSalt` also ask for its PRF. */
export async function makePasskey(options: object, prfSalt: Bytes | null): Promise<Answer> {
  const { user, challenge, excludeCredentials, ...rest } = options as Json;
  const publicKey = {
    ...rest,
    challenge: unb64u(challenge),
    user: { ...(user as Json), id: unb64u((user as Json)["id"]) },
    excludeCredentials: listed(excludeCredentials),
    extensions: prfExtension(prfSalt),
  } as unknown as PublicKeyCredentialCreationOptions;
  return answerOf(await asked(() => navigator.credentials.create({ publicKey })));
}

/** Answer the server's question with a passkey. */
export async function answerPasskey(options: object): Promise<Answer> {
  const { challenge, allowCredentials, extensions: _unused, ...rest } = options as Json;
  const publicKey = { ...rest, challenge: unb64u(challenge), allowCredentials: listed(allowCredentials) };
  return answerOf(await asked(() => navigator.credentials.get({ publicKey: publicKey as unknown as PublicKeyCredentialRequestOptions })));
}

/** Ask a passkey for its PRF; nothing of it goes to the server, so the challenge is our own. */
export async function askPrf(credentialId: string, prfSalt: Bytes): Promise<Answer> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: crypto.getRandomValues(new Uint8Array(32)),
    allowCredentials: [{ type: "public-key", id: unb64u(credentialId) }],
    userVerification: "required",
    extensions: prfExtension(prfSalt),
  };
  return answerOf(await asked(() => navigator.credentials.get({ publicKey })));
}

function prfExtension(prfSalt: Bytes | null): AuthenticationExtensionsClientInputs {
  return (prfSalt ? { prf: { eval: { first: prfSalt } } } : {}) as AuthenticationExtensionsClientInputs;
}

function listed(credentials: unknown): PublicKeyCredentialDescriptor[] {
  if (!Array.isArray(credentials)) return [];
  return credentials.map((one: Json) => ({ ...one, type: "public-key" as const, id: unb64u(one["id"]) }));
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch {
    // The reasons are the browser's own and say nothing that a person could act on.
  }
  throw new PasskeyRefused();
}

function answerOf(credential: PublicKeyCredential): Answer {
  const { response } = credential;
  const results = credential.getClientExtensionResults() as PrfResults;
  const first = results.prf?.results?.first;
  const prf = first === undefined ? null : bytes(first as ArrayBuffer);
  const part: Record<string, unknown> = { clientDataJSON: b64u(bytes(response.clientDataJSON)) };
  if (response instanceof AuthenticatorAttestationResponse) {
    part["attestationObject"] = b64u(bytes(response.attestationObject));
    part["transports"] = response.getTransports();
  } else if (response instanceof AuthenticatorAssertionResponse) {
    part["authenticatorData"] = b64u(bytes(response.authenticatorData));
    part["signature"] = b64u(bytes(response.signature));
    if (response.userHandle) part["userHandle"] = b64u(bytes(response.userHandle));
  }
  return {
    credential: {
      id: credential.id,
      rawId: b64u(bytes(credential.rawId)),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      // What the PRF gave opens the seeds: it is never part of what is sent.
      clientExtensionResults: {},
      response: part,
    },
    prf,
    hasPrf: prf !== null || results.prf?.enabled === true,
  };
}

function bytes(buffer: ArrayBuffer): Uint8Array {
  return new Uint8Array(buffer);
}
