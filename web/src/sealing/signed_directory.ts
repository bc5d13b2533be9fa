/**
 * The directory as the root signed it: canonical JSON and a signature (section 3).
 *
 * Laws. It is verified over the bytes as received, and only then read. Whatever is wrong with it is a refusal that names one of
 * section 9's reasons, and the directory in force stays in force. A directory that would be refused is never signed.
 */

import { Directory, type Listed, type Member, type Role, type Signer, type Team } from "./directory.ts";
import { b64u, type Bytes, ID_BYTES, isTime, joined, label, same, unb64u } from "./encoding.ts";
import { DirectoryRefused, KeyUnusable } from "./errors.ts";
import { PUBLIC_KEY_BYTES, Recipient, SIGNATURE_BYTES, type SigningIdentity, Verifier } from "./identity.ts";
import { canonical, isObject, type Json, type JsonObject, read as readJson } from "./json_text.ts";
import { sha256 } from "./suite.ts";

const VERSION = 1;
const TEAM_ID = /^[a-z0-9-]{1,32}$/;
const ROLES: readonly Role[] = ["intake", "officer"];

/** The bytes that travel. */
export interface SignedDirectory {
  readonly document: Bytes;
  readonly signature: Bytes;
}

/** Of the newest directory ever seen here: an older one, or another with its serial, is refused. */
export interface Highest {
  readonly serial: number;
  readonly documentHash?: Bytes | undefined;
}

/** Sign a directory with the root's key, after reading it as everybody will. */
export function signDirectory(listed: Listed, root: SigningIdentity): SignedDirectory {
  const document = writeDocument(listed);
  const signature = root.sign(signedPart(document));
  verifyDirectory({ document, signature }, root.verifier.publicKey);
  return { document, signature };
}

/** Give the directory, or refuse it. */
export function verifyDirectory({ document, signature }: SignedDirectory, rootPublicKey: Bytes, highest?: Highest): Directory {
  const root = rootVerifier(rootPublicKey);
  if (signature.length !== SIGNATURE_BYTES || !root.verify(signedPart(document), signature)) {
    throw new DirectoryRefused("directory-signature", "the root did not sign this document");
  }
  const directory = readDocument(document);
  if (highest !== undefined && directory.serial < highest.serial) {
    throw new DirectoryRefused("directory-older", "a newer directory has been seen");
  }
  const seen = directory.serial === highest?.serial ? highest.documentHash : undefined;
  if (seen !== undefined && !same(seen, directory.documentHash)) {
    throw new DirectoryRefused("directory-older", "another directory with this serial has been seen");
  }
  return directory;
}

function rootVerifier(publicKey: Bytes): Verifier {
  try {
    return Verifier.fromBytes(publicKey);
  } catch {
    throw new DirectoryRefused("directory-signature", "the root's public key is unusable");
  }
}

function signedPart(document: Bytes): Bytes {
  return joined(label("amanet/v1/directory"), document);
}

/** Give the canonical bytes that the root signs. */
export function writeDocument(listed: Listed): Bytes {
  return canonical(written(listed));
}

/** Read a document as everybody will once it is signed, or refuse it; whether the root signed it is not asked here. */
export function readDocument(document: Bytes): Directory {
  const value = canonicalObject(document);
  if (value["version"] !== VERSION) throw form("another version");
  if (value["recovery"] === undefined || value["recovery"] === null) {
    throw new DirectoryRefused("directory-no-recovery", "the recovery key is missing");
  }
  const serial = value["serial"];
  if (typeof serial !== "number" || serial < 0) throw form("serial is not a number");
  const listed: Listed = {
    serial,
    issuedAt: time(value, "issued_at"),
    expiresAt: time(value, "expires_at"),
    teams: objects(value, "teams").map(team),
    recovery: recipient(object(value, "recovery")),
    relay: recipient(object(value, "relay")),
    receiptSalt: bytes(value, "receipt_salt", 32),
    members: objects(value, "members").map(member),
    signers: objects(value, "signers").map(signer),
  };
  mustDiffer(listed);
  return new Directory(listed, sha256(document));
}

function canonicalObject(document: Bytes): JsonObject {
  try {
    const value = readJson(document);
    if (isObject(value) && same(canonical(value), document)) return value;
  } catch {
    // the same refusal as for bytes that are not canonical
  }
  throw form("the bytes are not canonical JSON of an object");
}

function mustDiffer({ teams, recovery, relay, members, signers }: Listed): void {
  const keys = [
    recovery.keyId,
    relay.keyId,
    ...teams.flatMap((team) => [team.key.keyId, ...team.formerKeyIds]),
    ...members.map((member) => member.key.keyId),
  ];
  if (hasTwins(keys.map(b64u)) || hasTwins(signers.map((signer) => b64u(signer.verifier.signerId)))) {
    throw new DirectoryRefused("directory-key", "a key stands twice");
  }
  if (hasTwins(teams.map((team) => team.teamId))) throw form("a team stands twice");
  if (hasTwins(members.map((member) => b64u(member.officerId)))) throw form("an officer stands twice");
}

function hasTwins(values: readonly string[]): boolean {
  return new Set(values).size !== values.length;
}

function team(value: JsonObject): Team {
  const teamId = text(value, "team_id");
  if (!TEAM_ID.test(teamId)) throw form("team_id is malformed");
  return {
    teamId,
    name: text(value, "name"),
    areas: texts(value, "areas"),
    key: recipient(value),
    formerKeyIds: texts(value, "former_key_ids").map((id) => bytes({ former_key_ids: id }, "former_key_ids", ID_BYTES)),
  };
}

function member(value: JsonObject): Member {
  return {
    officerId: bytes(value, "officer_id", ID_BYTES),
    key: recipient(value),
    signerId: bytes(value, "signer_id", ID_BYTES),
    teamIds: texts(value, "team_ids"),
  };
}

function signer(value: JsonObject): Signer {
  const claimed = bytes(value, "signer_id", ID_BYTES);
  const verifier = usable("a signer's key is unusable", () => Verifier.fromBytes(bytes(value, "public_key", 32)));
  if (!same(verifier.signerId, claimed)) {
    throw new DirectoryRefused("directory-key", "a signer_id is not the hash of its key");
  }
  const role = ROLES.find((known) => known === value["role"]);
  if (role === undefined) throw form("a signer has no role");
  const retiredAt = value["retired_at"] ?? null;
  return { verifier, role, teamIds: texts(value, "team_ids"), retiredAt: retiredAt === null ? null : time(value, "retired_at") };
}

function recipient(value: JsonObject): Recipient {
  const claimed = bytes(value, "key_id", ID_BYTES);
  const found = usable("a key is unusable", () => Recipient.fromBytes(bytes(value, "public_key", PUBLIC_KEY_BYTES)));
  if (!same(found.keyId, claimed)) throw new DirectoryRefused("directory-key", "a key_id is not the hash of its key");
  return found;
}

function usable<Key>(detail: string, parse: () => Key): Key {
  try {
    return parse();
  } catch (error) {
    throw error instanceof KeyUnusable ? new DirectoryRefused("directory-key", detail) : error;
  }
}

function form(detail: string): DirectoryRefused {
  return new DirectoryRefused("directory-form", detail);
}

function text(value: JsonObject, name: string): string {
  const found = value[name];
  if (typeof found !== "string") throw form(`${name} is not text`);
  return found;
}

function texts(value: JsonObject, name: string): readonly string[] {
  const found = value[name];
  if (!Array.isArray(found) || !found.every((item: Json) => typeof item === "string")) throw form(`${name} is not a list of texts`);
  return found;
}

function time(value: JsonObject, name: string): string {
  const found = text(value, name);
  if (!isTime(found)) throw form(`${name} is not a time`);
  return found;
}

function bytes(value: JsonObject, name: string, size: number): Bytes {
  try {
    return unb64u(value[name], size);
  } catch {
    throw form(`${name} is not base64url of ${size} bytes`);
  }
}

function object(value: JsonObject, name: string): JsonObject {
  const found = value[name];
  if (!isObject(found)) throw form(`${name} is missing`);
  return found;
}

function objects(value: JsonObject, name: string): readonly JsonObject[] {
  const found = value[name];
  if (!Array.isArray(found) || !found.every(isObject)) throw form(`${name} is not a list of objects`);
  return found;
}

function written(listed: Listed): JsonObject {
  return {
    version: VERSION,
    serial: listed.serial,
    issued_at: listed.issuedAt,
    expires_at: listed.expiresAt,
    teams: listed.teams.map((team) => ({
      team_id: team.teamId,
      name: team.name,
      areas: team.areas,
      former_key_ids: team.formerKeyIds.map(b64u),
      ...writtenKey(team.key),
    })),
    recovery: writtenKey(listed.recovery),
    relay: writtenKey(listed.relay),
    receipt_salt: b64u(listed.receiptSalt),
    members: listed.members.map((member) => ({
      officer_id: b64u(member.officerId),
      signer_id: b64u(member.signerId),
      team_ids: member.teamIds,
      ...writtenKey(member.key),
    })),
    signers: listed.signers.map((signer) => ({
      signer_id: b64u(signer.verifier.signerId),
      public_key: b64u(signer.verifier.publicKey),
      role: signer.role,
      team_ids: signer.teamIds,
      retired_at: signer.retiredAt,
    })),
  };
}

function writtenKey(key: Recipient): { key_id: string; public_key: string } {
  return { key_id: b64u(key.keyId), public_key: b64u(key.publicKey) };
}
