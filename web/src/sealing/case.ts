/**
 * Opening a case: its identity, and the wraps that let teams and recovery read it (sections 2 and 4).
 *
 * Whoever opens a case makes its identity, wraps the seed and forgets it. To hand a case on is to make one more wrap, announced by
 * an entry `access`. Nothing here unwraps: that is `open`'s.
 */

import type { Directory } from "./directory.ts";
import { b64u, type Bytes, ID_BYTES, joined, label, mustBeId, type Rng, same, SECRET_BYTES, u32, unb64u } from "./encoding.ts";
import { DoesNotOpen, Misuse } from "./errors.ts";
import { Identity, type Recipient } from "./identity.ts";
import { isObject } from "./json_text.ts";
import { OVERHEAD, sha256, SUITE } from "./suite.ts";

export const WRAP_BYTES = OVERHEAD + SECRET_BYTES;
const TEAM_WRAP_FORMAT = "amanet-team-wrap/1";

/** The case seed, sealed to the identity with this key id. */
export interface Wrap {
  readonly keyId: Bytes;
  readonly sealed: Bytes;
}

/** A case nobody has written into yet. Its identity is forgotten once it is wrapped. */
export interface NewCase {
  readonly caseId: Bytes;
  readonly identity: Identity;
}

/** Draw the id and the identity of a case. */
export async function makeCase(rng: Rng): Promise<NewCase> {
  return { caseId: rng(ID_BYTES), identity: await Identity.generate(rng) };
}

/** Let one more recipient read a case. The caller takes the recipient from a directory; recovery is among them from the start. */
export async function wrapCaseSeed(recipient: Recipient, caseId: Bytes, caseSeed: Bytes, rng: Rng): Promise<Wrap> {
  if (caseSeed.length !== SECRET_BYTES) throw new Misuse("a seed has 32 bytes");
  return { keyId: recipient.keyId, sealed: await recipient.seal(wrapInfo(caseId, recipient.keyId), caseSeed, rng) };
}

/** Give what a wrap is bound to. */
export function wrapInfo(caseId: Bytes, keyId: Bytes): Bytes {
  return joined(label("amanet/v1/wrap"), mustBeId(caseId), keyId);
}

/** Give `hash_{-1}`, which binds the whole chain to the case, its key and its suite. */
export function chainStart(caseId: Bytes, publicKey: Bytes, suite = SUITE): Bytes {
  return sha256(joined(label("amanet/v1/case"), u32(suite), mustBeId(caseId), publicKey));
}

/** A team's seed, sealed to one of its members. */
export interface TeamWrap {
  readonly teamKeyId: Bytes;
  readonly memberKeyId: Bytes;
  readonly sealed: Bytes;
}

/** The form that a team wrap has outside the database. */
export interface WrittenTeamWrap {
  readonly format: string;
  readonly team_key_id: string;
  readonly member_key_id: string;
  readonly sealed: string;
}

/** Write the form that a team wrap has outside the database. */
export function writeTeamWrap(wrap: TeamWrap): WrittenTeamWrap {
  return {
    format: TEAM_WRAP_FORMAT,
    team_key_id: b64u(wrap.teamKeyId),
    member_key_id: b64u(wrap.memberKeyId),
    sealed: b64u(wrap.sealed),
  };
}

/** Read the form that a team wrap has outside the database, or refuse. */
export function readTeamWrap(value: unknown): TeamWrap {
  if (!isObject(value) || value["format"] !== TEAM_WRAP_FORMAT) throw new DoesNotOpen();
  return {
    teamKeyId: unb64u(value["team_key_id"], ID_BYTES),
    memberKeyId: unb64u(value["member_key_id"], ID_BYTES),
    sealed: unb64u(value["sealed"], WRAP_BYTES),
  };
}

/** Give a member the team's seed; only to a key that stands under `members` of the directory in force. */
export async function wrapTeamSeed(member: Recipient, team: Identity, directory: Directory, rng: Rng): Promise<TeamWrap> {
  if (!directory.members.some((listed) => same(listed.key.keyId, member.keyId))) {
    throw new Misuse("not a member in the directory");
  }
  const sealed = await member.seal(teamWrapInfo(team.keyId, member.keyId), team.seed, rng);
  return { teamKeyId: team.keyId, memberKeyId: member.keyId, sealed };
}

/** Give what a team wrap is bound to. */
export function teamWrapInfo(teamKeyId: Bytes, memberKeyId: Bytes): Bytes {
  return joined(label("amanet/v1/team"), teamKeyId, memberKeyId);
}
