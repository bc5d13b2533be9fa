/** The queue and the cases. */

import { get, getBytes, post } from "./call.ts";
import type {
  AreaJson, B64u, CaseJson, ContactsJson, Moved, OfficerJson, QueuePageJson, QueueState, SealedEntryJson, SealedReplyJson, Unix, Urgency,
  WaysJson, WrapJson,
} from "./shapes.ts";

export interface QueueFilter {
  readonly team?: string | null;
  readonly state?: QueueState | null;
  readonly urgency?: Urgency | null;
  readonly after?: B64u | null;
  readonly limit?: number | null;
}

/** The entries that go with a move, in order from `expected_seq`. */
export interface Appended {
  readonly entries: readonly SealedEntryJson[];
  readonly expected_seq: number;
}

export const queue = (filter: QueueFilter, quiet = false) => get<QueuePageJson>("/queue", { ...filter }, quiet);
export const areas = () => get<readonly AreaJson[]>("/areas", {}, true);
export const officers = () => get<readonly OfficerJson[]>("/officers", {}, true);
export const oneCase = (caseId: B64u) => get<CaseJson>(`/cases/${caseId}`);
export const manyCases = (ids: readonly B64u[]) => get<{ readonly cases: readonly CaseJson[] }>("/cases", { ids: ids.join(",") }, true);
export const blob = (caseId: B64u, blobId: B64u) => getBytes(`/cases/${caseId}/blobs/${blobId}`);
export const markRead = (caseId: B64u, entries: number) => post<object>(`/cases/${caseId}/read`, { entries });
/** What became of the messages of a case; nobody pressed for it. */
export const ways = (caseId: B64u) => get<WaysJson>(`/cases/${caseId}/ways`, {}, true);
export const contacts = (caseId: B64u) => get<ContactsJson>(`/cases/${caseId}/contacts`);

const move = (caseId: B64u, name: string, appended: Appended, more: object = {}) =>
  post<Moved>(`/cases/${caseId}/moves/${name}`, { ...appended, ...more });

export const note = (id: B64u, a: Appended) => move(id, "note", a);
export const acknowledge = (id: B64u, a: Appended) => move(id, "acknowledge", a);
export const take = (id: B64u, a: Appended) => move(id, "take", a);
export const release = (id: B64u, a: Appended) => move(id, "release", a);
export const handOver = (id: B64u, a: Appended, to_officer: B64u) => move(id, "hand_over", a, { to_officer });
export const takeOver = (id: B64u, a: Appended) => move(id, "take_over", a);
export const snooze = (id: B64u, a: Appended, until: Unix | null) => move(id, "snooze", a, { until });
export const wake = (id: B64u, a: Appended) => move(id, "wake", a);
export const setUrgency = (id: B64u, a: Appended, urgency: Urgency) => move(id, "urgency", a, { urgency });
export const setArea = (id: B64u, a: Appended, area: string) => move(id, "area", a, { area });
export const letIn = (id: B64u, a: Appended, team_id: string, wraps: readonly WrapJson[]) => move(id, "let_in", a, { team_id, wraps });
/** `wraps`: to the present key of a team that reads the case already, in the place of its former ones. */
export const rewrap = (id: B64u, a: Appended, team_id: string, wraps: readonly WrapJson[]) => move(id, "rewrap", a, { team_id, wraps });
export const shutOut = (id: B64u, a: Appended, team_id: string) => move(id, "shut_out", a, { team_id });
export const reply = (id: B64u, a: Appended, message_id: B64u, replies: readonly SealedReplyJson[]) =>
  move(id, "reply", a, { message_id, replies });
export const refer = (id: B64u, a: Appended) => move(id, "refer", a);
export const close = (id: B64u, a: Appended) => move(id, "close", a);
export const reopen = (id: B64u, a: Appended) => move(id, "reopen", a);
