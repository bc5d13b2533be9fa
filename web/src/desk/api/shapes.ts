/** The shapes that go over the wire: JSON as the contract has it. Ids, keys and sealed bytes are b64u; times are unix seconds. */

export type B64u = string;
export type Unix = number;
export type LanguageCode = "en" | "sq" | "sr-Latn" | "sr-Cyrl";
export type Role = "officer" | "supervisor" | "administrator";
export type Urgency = "P0" | "P1" | "P2" | "P3";

export interface PassphraseSlotJson {
  readonly slot: "passphrase" | "recovery";
  readonly kdf: "argon2id";
  readonly salt: B64u;
  readonly m_kib: number;
  readonly t: number;
  readonly p: number;
  readonly nonce: B64u;
  readonly ct: B64u;
}

export interface PrfSlotJson {
  readonly slot: "prf";
  readonly credential_id: B64u;
  readonly prf_salt: B64u;
  readonly nonce: B64u;
  readonly ct: B64u;
}

export type SlotJson = PassphraseSlotJson | PrfSlotJson;

export interface SignedDirectoryJson {
  readonly document: B64u;
  readonly signature: B64u;
}

export interface TeamWrapJson {
  readonly team_id: string;
  readonly team_key_id: B64u;
  readonly sealed: B64u;
}

export interface PasskeyJson {
  readonly credential_id: B64u;
  readonly label: string;
  readonly prf: boolean;
  readonly added_at: Unix;
}

export interface Me {
  readonly officer_id: B64u;
  readonly name: string;
  readonly role: Role;
  readonly language: LanguageCode;
  readonly team_ids: readonly string[];
  readonly slots: readonly SlotJson[];
  readonly team_wraps: readonly TeamWrapJson[];
  /** Null before the first directory is installed. */
  readonly directory: SignedDirectoryJson | null;
  readonly root_public_key: B64u;
  readonly lowest_serial: number;
  readonly second_factor: "required" | "off";
  readonly passkeys: readonly PasskeyJson[];
  readonly totp: boolean;
  readonly telegram: boolean;
  readonly on_duty: Readonly<Record<string, boolean>>;
  readonly idle_seconds: number;
  readonly absolute_until: Unix;
  readonly now: Unix;
}

export interface SessionJson {
  readonly session_id: B64u;
  readonly began_at: Unix;
  readonly seen_at: Unix;
  readonly this: boolean;
}

export type CaseState = "new" | "taken" | "referred" | "closed" | "withdrawn";
export type QueueState = "waiting" | "taken" | "mine" | "snoozed" | "referred" | "closed";

/** A line of the queue: only what is plain at the server. */
export interface Row {
  readonly case_id: B64u;
  readonly designation: string;
  readonly area: string | null;
  readonly urgency: Urgency;
  readonly state: CaseState;
  readonly language: string;
  readonly channel: string;
  readonly opened_hour: Unix;
  readonly waiting_since: Unix | null;
  readonly target_at: Unix | null;
  readonly target_kept: "acknowledge" | "act" | null;
  readonly ringing: boolean;
  readonly entries: number;
  readonly unread: number;
  readonly taken_by: B64u | null;
  readonly acknowledged_by: B64u | null;
  /** Null: not snoozed. -1: until a reply. Else the time. */
  readonly snoozed_until: Unix | null;
  readonly team_ids: readonly string[];
  readonly erased: boolean;
}

export interface QueuePageJson {
  readonly now: Unix;
  readonly cases: readonly Row[];
  readonly more: boolean;
}

export interface WrapJson {
  readonly key_id: B64u;
  readonly sealed: B64u;
}

export interface EntryJson {
  readonly entry_id: B64u;
  readonly seq: number;
  readonly author: B64u;
  readonly body: B64u | null;
  readonly body_sha256?: B64u;
  readonly hash: B64u;
  readonly signature: B64u;
}

export interface CaseFileJson {
  readonly format: "amanet-case/1";
  readonly suite: number;
  readonly case_id: B64u;
  readonly case_public_key: B64u;
  readonly wraps: readonly WrapJson[];
  readonly entries: readonly EntryJson[];
  readonly blobs: readonly { readonly blob_id: B64u; readonly bytes: null; readonly size: number }[];
  readonly directory: SignedDirectoryJson;
}

export type ReplyState = "waiting" | "sending" | "delivered" | "read" | "blocked" | "expired" | "failed";

export interface CaseJson extends WaysJson {
  readonly row: Row;
  readonly file: CaseFileJson;
}

/** Where the messages of a case are, and the ways back to its reporter that are kept. */
export interface WaysJson {
  readonly replies: readonly { readonly message_id: B64u; readonly recipient: string; readonly state: ReplyState; readonly at: Unix }[];
  readonly reply_to: {
    /** The way to the chat is kept; whether an answer is wished for there stands in the entries. */
    readonly relay: boolean;
    readonly mailboxes: readonly { readonly key_id: B64u; readonly public_key: B64u }[];
  };
}

/** An entry as a move carries it. */
export interface SealedEntryJson {
  readonly entry_id: B64u;
  readonly body: B64u;
  readonly hash: B64u;
  readonly signature: B64u;
}

export interface SealedReplyJson {
  readonly recipient: B64u;
  readonly sealed: B64u;
  readonly signature: B64u;
}

export interface Moved {
  readonly row: Row;
  readonly entries: number;
}

export interface AreaJson {
  readonly code: string;
  readonly names: Readonly<Record<LanguageCode, string>>;
  readonly region: string;
  readonly team_id: string | null;
}

export interface OfficerJson {
  readonly officer_id: B64u;
  readonly name: string;
  readonly role: Role;
  readonly team_ids: readonly string[];
  readonly active: boolean;
  readonly on_duty: boolean;
  /** The keys that this officer signed with. */
  readonly signer_ids?: readonly B64u[];
}

export interface PhraseJson {
  readonly code: string;
  /** By how the reporter is addressed, and by language. */
  readonly texts: Readonly<Record<"child" | "adult", Readonly<Record<string, string>>>>;
}

export interface ContactJson {
  readonly name: string;
  readonly number: string;
  readonly kind: string;
  /** Null: of the whole country. */
  readonly area: string | null;
  readonly verified_on: string | null;
  readonly source: string;
}

/** The numbers for the place of a case, as the server knows that place. */
export interface ContactsJson {
  readonly area: string | null;
  readonly lines: readonly ContactJson[];
}

export interface InvitationJson {
  readonly officer_id: B64u;
  readonly name: string;
  readonly role: Role;
  readonly team_ids: readonly string[];
  readonly expires_at: Unix;
}

export interface AdmissionJson {
  readonly officer_id: B64u;
  readonly name: string;
  readonly role: Role;
  readonly team_ids: readonly string[];
  readonly key_id: B64u;
  readonly signer_id: B64u;
  readonly identity_public: B64u;
  readonly signing_public: B64u;
  readonly fingerprint_identity: string;
  readonly fingerprint_signing: string;
  /** Whether the officer who asks is one of those who compare these. */
  readonly may_compare: boolean;
  readonly compared?: boolean;
}

export interface TeamJson {
  readonly team_id: string;
  readonly name: string;
  readonly areas: readonly string[];
  readonly key_id: B64u | null;
  readonly waiting_key_id: B64u | null;
  /** Somebody who has left still has its seed, or it has no key: a member should make one. */
  readonly needs_key: boolean;
  readonly planned: boolean;
}

export interface WrapWantedJson {
  readonly team_id: string;
  readonly team_key_id: B64u;
  readonly member_key_id: B64u;
  readonly officer_id: B64u;
  readonly public_key: B64u;
}

export interface AuditRecordJson {
  readonly seq: number;
  readonly at: Unix;
  readonly officer_id: B64u | null;
  readonly action: string;
  readonly case_id: B64u | null;
  /** The case's, for whoever may open it. */
  readonly designation: string | null;
  readonly about: Readonly<Record<string, unknown>> | null;
  readonly hash: B64u;
}

export interface CeremonyStepJson {
  readonly step: string;
  readonly done: boolean;
  readonly detail?: readonly string[];
}

export interface TextsJson {
  readonly language: LanguageCode;
  readonly draft: boolean;
  readonly texts: Readonly<Record<string, string>>;
}
