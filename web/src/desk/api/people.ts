/** People, keys, the directory and the audit log. */

import { get, post } from "./call.ts";
import type {
  AdmissionJson, AuditRecordJson, B64u, CeremonyStepJson, InvitationJson, LanguageCode, PassphraseSlotJson, Role, SignedDirectoryJson,
  TeamJson, Unix, WrapWantedJson,
} from "./shapes.ts";

type Nothing = Readonly<Record<string, never>>;

export interface Invited {
  readonly code: string;
  readonly link: string;
  readonly expires_at: Unix;
}

export interface Looked {
  readonly officer_id: B64u;
  readonly name: string;
  readonly role: Role;
  readonly team_ids: readonly string[];
  readonly team_names: readonly string[];
  readonly directory: SignedDirectoryJson;
  readonly root_public_key: B64u;
}

export interface Joining {
  readonly code: string;
  readonly identity_public: B64u;
  readonly signing_public: B64u;
  readonly proof_of_signing: B64u;
  readonly slot: PassphraseSlotJson;
  readonly recovery_slot: PassphraseSlotJson;
  readonly login_proof: B64u;
  readonly recovery_login_proof: B64u;
}

export interface Joined {
  readonly fingerprint_identity: string;
  readonly fingerprint_signing: string;
}

/** A change of the directory, or what is wrong in it: a code, and what it is about. */
export interface DraftFact {
  readonly code: string;
  readonly officer_id?: B64u;
  readonly key_id?: B64u;
  readonly signer_id?: B64u;
  readonly team_id?: string;
  readonly team_ids?: readonly string[];
  readonly area?: string;
}

export interface Draft {
  readonly document: string;
  readonly serial: number;
  /** What keeps this draft from being signed. */
  readonly faults: readonly DraftFact[];
  readonly changes: readonly DraftFact[];
}

export const invite = (name: string, role: Role, team_ids: readonly string[], language: LanguageCode) =>
  post<Invited>("/invitations", { name, role, team_ids, language });
export const invitations = () => get<readonly InvitationJson[]>("/invitations");
export const withdrawInvitation = (officer_id: B64u) => post<Nothing>("/invitations/withdraw", { officer_id });
export const lookAtInvitation = (code: string) => post<Looked>("/join/look", { code });
export const join = (joining: Joining) => post<Joined>("/join", joining);

export const admissions = () => get<readonly AdmissionJson[]>("/admissions");
export const admissionCompared = (officer_id: B64u, key_id: B64u, signer_id: B64u) =>
  post<Nothing>("/admissions/compare", { officer_id, key_id, signer_id });
export const refuseAdmission = (officer_id: B64u) => post<Nothing>("/admissions/refuse", { officer_id });

export const teams = () => get<readonly TeamJson[]>("/teams");
export const planTeam = (team_id: string, name: string, areas: readonly string[]) => post<Nothing>("/teams", { team_id, name, areas });
/** `sealed`: the new seed, wrapped to its maker's own key, so that it outlives a closed tab. */
export const offerTeamKey = (team_id: string, public_key: B64u, sealed: B64u) => post<Nothing>("/team-keys", { team_id, public_key, sealed });
export const wrapsWanted = () => get<readonly WrapWantedJson[]>("/wraps/wanted");
export const giveWraps = (wraps: readonly { team_key_id: B64u; member_key_id: B64u; sealed: B64u }[]) => post<Nothing>("/wraps", { wraps });
/** Forget my own wrap of a team's key because it does not open, so that another member gives it again. */
export const wrapBroken = (team_key_id: B64u) => post<Nothing>("/wraps/broken", { team_key_id });
export const rewrapsWanted = (team_id: string) => get<readonly B64u[]>("/rewraps/wanted", { team_id });
export const removeOfficer = (officer_id: B64u) => post<{ readonly released: number }>("/officers/remove", { officer_id });
export const readmitOfficer = (officer_id: B64u) => post<Invited>("/officers/readmit", { officer_id });

export const directoryDraft = () => get<Draft>("/directory/draft");
export const installDirectory = (document: string, signature: string) => post<{ readonly serial: number; readonly is_new: boolean }>("/directory", { document, signature });

export interface AuditFilter {
  readonly before?: number | null;
  readonly case_id?: B64u | null;
  readonly officer_id?: B64u | null;
  /** 1: check the whole chain and not only what is shown. */
  readonly whole?: 1 | null;
}

export interface AuditPageJson {
  readonly records: readonly AuditRecordJson[];
  readonly next: number | null;
  /** "whole", "shown" (only the records shown were checked), or "broken at N". */
  readonly chain: string;
}

export const audit = (filter: AuditFilter) => get<AuditPageJson>("/audit", { ...filter });
export const ceremony = () => get<readonly CeremonyStepJson[]>("/ceremony");
export const tick = (step: string) => post<Nothing>("/ceremony/tick", { step });
