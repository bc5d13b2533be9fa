/**
 * The only holder of seeds in the browser. Pages give it what is sealed and get what it says; no seed and no key leaves it.
 *
 * It lives on the page and not in a Worker: the policy `require-trusted-types-for 'script'; trusted-types 'none'` lets nobody make
 * the address of a Worker, and the policy is worth more. Behind this interface it can move.
 */

import type { ReadonlySignal } from "@preact/signals";

import type { Costs, FirstFactor } from "./api/sign_in.ts";
import type { Appended } from "./api/cases.ts";
import type { Joining, Looked } from "./api/people.ts";
import type {
  B64u, CaseFileJson, Me, PassphraseSlotJson, PrfSlotJson, SealedReplyJson, WrapJson, WrapWantedJson,
} from "./api/shapes.ts";
import type { Plaintext } from "../sealing/plaintext.ts";
import type { Report } from "../sealing/open/index.ts";
import { HereVault } from "./vault_here.ts";

/** What Argon2id made of a passphrase, kept only until the slot is open. */
export interface Stretched {
  readonly loginProof: B64u;
  forget(): void;
}

export type OnProgress = (part: number) => void;

/** A slot with the proof that belongs to it. */
export interface MadeSlot {
  readonly slot: PassphraseSlotJson;
  readonly proof: B64u;
}

/** A newcomer's keys, made here: what is sent, and what is shown once. */
export interface MadeNewcomer {
  readonly joining: Omit<Joining, "code">;
  readonly fingerprintIdentity: string;
  readonly fingerprintSigning: string;
}

/** A new key of a team, made here. */
export interface MadeTeamKey {
  readonly keyId: B64u;
  readonly publicKey: B64u;
  /** The new seed, sealed to the officer who made it. */
  readonly sealed: B64u;
}

/** What this browser saw of a case before: the end of the list is not protected by the chain. */
export interface Remembered {
  readonly entries: number;
  readonly lastHash: B64u;
}

/** What an opened case says; what opened it stays in the vault. */
export interface OpenedCase {
  readonly report: Report;
  /** How far the chain holds, to be remembered; null if nobody may append before a person has looked. */
  readonly seen: Remembered | null;
  /** The key ids that the case is wrapped to. */
  readonly wrappedTo: ReadonlySet<B64u>;
}

export interface GivenWrap {
  readonly team_key_id: B64u;
  readonly member_key_id: B64u;
  readonly sealed: B64u;
}

export interface ReplyRecipient {
  readonly key_id: B64u;
  readonly public_key: B64u;
}

/** What the directory in force says about this officer, for pages. */
export interface Holding {
  readonly signerId: B64u;
  readonly keyId: B64u;
  readonly fingerprintIdentity: string;
  readonly fingerprintSigning: string;
  readonly isListed: boolean;
  readonly heldTeams: readonly string[];
  /** Ids of the team keys that were made here since the desk was opened. The server's word for them would prove nothing. */
  readonly madeKeys: readonly B64u[];
  /** Null before the first directory is installed. */
  readonly serial: number | null;
  readonly expiresAt: string | null;
  readonly teams: readonly { readonly teamId: string; readonly name: string; readonly keyId: B64u; readonly areas: readonly string[] }[];
  /** The directory's relay key: replies to a chat are sealed to it. */
  readonly relayKeyId: B64u | null;
}

export interface Vault {
  /** Whether seeds are held. */
  readonly isOpen: ReadonlySignal<boolean>;
  /** What is held; null while closed. */
  readonly holding: ReadonlySignal<Holding | null>;

  stretch(secret: string, costs: Costs, onProgress?: OnProgress): Promise<Stretched>;
  openWithStretched(me: Me, stretched: Stretched, factor: FirstFactor): Promise<void>;
  openWithPassphrase(me: Me, secret: string, onProgress?: OnProgress): Promise<void>;
  openWithPrf(me: Me, credentialId: B64u, output: Uint8Array): Promise<void>;
  /** Take in a newer directory and new team wraps. */
  refresh(me: Me): Promise<void>;
  /** Overwrite every seed and forget every opened case. */
  forget(): void;

  /** Keys, passphrase and recovery slots of somebody who joins; nothing of it stays here. */
  makeNewcomer(looked: Looked, passphrase: string, recovery: string): Promise<MadeNewcomer>;
  makeSlot(kind: FirstFactor, secret: string): Promise<MadeSlot>;
  makePrfSlot(credentialId: B64u, prfSalt: Uint8Array, output: Uint8Array): Promise<PrfSlotJson>;
  makeTeamKey(): Promise<MadeTeamKey>;
  /** Seal the team's seed to members whose keys the directory lists; what it does not list is left out. */
  wrapForMembers(wanted: readonly WrapWantedJson[]): Promise<readonly GivenWrap[]>;

  /** Open a case; it stays open in the vault until `forgetCase` or `forget`. `remembered`: what this browser saw of it before. */
  openCase(file: CaseFileJson, remembered?: Remembered): Promise<OpenedCase>;
  /** Open an attachment: its entry's plaintext and the stored bytes. */
  openBlob(caseId: B64u, attachment: Plaintext, stored: Uint8Array): Promise<Uint8Array>;
  /** Seal the next entries of an open case; they count once the server took them and the case was opened anew. */
  sealEntries(caseId: B64u, plaintexts: readonly Plaintext[]): Promise<Appended>;
  /**
   * Seal a `message` plaintext (with `message_id`) to the relay key of the directory, to mailboxes, or both. The case is open, and a
   * mailbox that intake did not name in it is left out (see mailboxes.ts).
   */
  sealReplies(caseId: B64u, message: Plaintext, to: { readonly relay: boolean; readonly mailboxes: readonly ReplyRecipient[] })
    : Promise<readonly SealedReplyJson[]>;
  /** Wrap an open case to a team's present key. */
  wrapCase(caseId: B64u, teamId: string): Promise<WrapJson>;
  forgetCase(caseId: B64u): void;
}

export type { Plaintext };

/** The vault of this page. */
export const vault: Vault = new HereVault();
