/**
 * The directory: who there is to seal to and to believe (section 3). Values only; `signed_directory` signs and verifies.
 *
 * Laws. A `Directory` in anybody's hands has been verified against the root. After `expiresAt` nobody seals, readers still read.
 * Signers are never removed, they get `retiredAt`.
 */

import { b64u, type Bytes, same, timeText } from "./encoding.ts";
import type { Recipient, Verifier } from "./identity.ts";

export type Role = "intake" | "officer";

/** Officers who read together. `formerKeyIds` are of identities the team had before a member left. */
export interface Team {
  readonly teamId: string;
  readonly name: string;
  readonly areas: readonly string[];
  readonly key: Recipient;
  readonly formerKeyIds: readonly Bytes[];
}

/** An officer as somebody to seal to. */
export interface Member {
  readonly officerId: Bytes;
  readonly key: Recipient;
  readonly signerId: Bytes;
  readonly teamIds: readonly string[];
}

/** Somebody whose signature under an entry or a reply counts, until `retiredAt`. */
export interface Signer {
  readonly verifier: Verifier;
  readonly role: Role;
  readonly teamIds: readonly string[];
  readonly retiredAt: string | null;
}

/** What a directory says. */
export interface Listed {
  readonly serial: number;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly teams: readonly Team[];
  readonly recovery: Recipient;
  readonly relay: Recipient;
  readonly receiptSalt: Bytes;
  readonly members: readonly Member[];
  readonly signers: readonly Signer[];
}

/** Everybody there is, under one signature of the root. */
export class Directory implements Listed {
  readonly serial: number;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly teams: readonly Team[];
  readonly recovery: Recipient;
  readonly relay: Recipient;
  readonly receiptSalt: Bytes;
  readonly members: readonly Member[];
  readonly signers: readonly Signer[];
  readonly documentHash: Bytes;
  readonly #signers: ReadonlyMap<string, Signer>;

  constructor(listed: Listed, documentHash: Bytes) {
    this.serial = listed.serial;
    this.issuedAt = listed.issuedAt;
    this.expiresAt = listed.expiresAt;
    this.teams = listed.teams;
    this.recovery = listed.recovery;
    this.relay = listed.relay;
    this.receiptSalt = listed.receiptSalt;
    this.members = listed.members;
    this.signers = listed.signers;
    this.documentHash = documentHash;
    this.#signers = new Map(listed.signers.map((signer) => [b64u(signer.verifier.signerId), signer]));
  }

  /** Tell whether new words may still be sealed to these keys. */
  maySeal(now: number): boolean {
    return timeText(now) <= this.expiresAt;
  }

  /** Find a team by its id. */
  team(teamId: string): Team | undefined {
    return this.teams.find((team) => team.teamId === teamId);
  }

  /** Find the team that reads what happens in an area. */
  teamOfArea(area: string): Team | undefined {
    return this.teams.find((team) => team.areas.includes(area));
  }

  /** Find an officer by id. */
  member(officerId: Bytes): Member | undefined {
    return this.members.find((member) => same(member.officerId, officerId));
  }

  /** Find a signer by id, retired or not. */
  signer(signerId: Bytes): Signer | undefined {
    return this.#signers.get(b64u(signerId));
  }

  /** Find who a case may be wrapped to under this key id: a team as it is now, or recovery. */
  caseRecipient(keyId: Bytes): Recipient | undefined {
    return [...this.teams.map((team) => team.key), this.recovery].find((key) => same(key.keyId, keyId));
  }

  /** Tell whether a team of this signer, by its key or a former one, is among those a case is wrapped to. */
  ownsAWrap(signer: Signer, wrappedTo: ReadonlySet<string>): boolean {
    return this.teams.some(
      (team) => signer.teamIds.includes(team.teamId) && keyIdsOf(team).some((keyId) => wrappedTo.has(b64u(keyId))),
    );
  }
}

/** Every key id this team ever had. */
export function keyIdsOf(team: Team): readonly Bytes[] {
  return [team.key.keyId, ...team.formerKeyIds];
}

/** Tell whether `at` is later than the retirement. */
export function isRetired(signer: Signer, at: string): boolean {
  return signer.retiredAt !== null && at > signer.retiredAt;
}
