/**
 * What an officer does to a case: seal the entries that say it, send them, and read the case again.
 *
 * Laws. A lost race (somebody else wrote meanwhile) is read, verified and sealed anew, once and by itself. Nothing is written after
 * something broken. What is typed is only taken out of its box once the server has it.
 */

import * as api from "../../api.ts";
import type { Appended } from "../../api/cases.ts";
import type { B64u, Moved, Row, Urgency } from "../../api/shapes.ts";
import { serverNow } from "../../live.ts";
import { vault } from "../../vault.ts";
import { b64u, ID_BYTES, systemRng } from "../../../sealing/encoding.ts";
import { known, letGo, openCase, renewRow } from "./store.ts";
import * as say from "./plaintexts.ts";

type Send = (appended: Appended) => Promise<Moved>;

/** Write entries into an open case with a move; give what the server has then. */
async function write(caseId: B64u, plaintexts: readonly (say.Internal | say.MessageToReporter)[], send: Send): Promise<void> {
  try {
    await send(await vault.sealEntries(caseId, plaintexts));
  } catch (fault) {
    if (!(fault instanceof api.Refusal && fault.code === "conflict")) throw fault;
    const again = await openCase(caseId);
    if (again.opened.broken.length > 0) throw fault;
    await send(await vault.sealEntries(caseId, plaintexts));
  }
  await openCase(caseId);
}

/** Move at once, without a word; the entry that says it follows, if the case is open here and whole. */
async function moveFirst(row: Row, send: Send, follows: say.Internal): Promise<void> {
  const { row: after } = await send({ entries: [], expected_seq: row.entries });
  renewRow(after);
  const open = known.value.get(row.case_id);
  if (!open || open.opened.broken.length > 0) return;
  await write(row.case_id, [follows], (appended) => api.note(row.case_id, appended));
}

export const take = (row: Row): Promise<void> => moveFirst(row, (a) => api.take(row.case_id, a), say.status("taken", serverNow()));
export const takeOver = (row: Row): Promise<void> => moveFirst(row, (a) => api.takeOver(row.case_id, a), say.status("taken-over", serverNow()));
export const release = (row: Row): Promise<void> => moveFirst(row, (a) => api.release(row.case_id, a), say.status("released", serverNow()));
export const snooze = (row: Row, until: number | null): Promise<void> =>
  moveFirst(row, (a) => api.snooze(row.case_id, a, until), say.status("snoozed", serverNow(), until === null ? {} : { until: say.timeText(until) }));
export const wake = (row: Row): Promise<void> => moveFirst(row, (a) => api.wake(row.case_id, a), say.status("woken", serverNow()));

export const writeNote = (id: B64u, text: string): Promise<void> => write(id, [say.note(text, serverNow())], (a) => api.note(id, a));

export const handOver = (id: B64u, officerId: B64u, text: string): Promise<void> =>
  write(
    id,
    [...(text ? [say.note(text, serverNow())] : []), say.status("handed-over", serverNow(), { officer_id: officerId })],
    (a) => api.handOver(id, a, officerId),
  );

export const setUrgency = (id: B64u, level: Urgency, reason: string): Promise<void> =>
  write(id, [say.urgency(level, reason, serverNow())], (a) => api.setUrgency(id, a, level));

export const setArea = (id: B64u, code: string): Promise<void> => write(id, [say.area(code, serverNow())], (a) => api.setArea(id, a, code));

/** Let another team read: one more wrap, made here, announced by an entry. */
export async function letIn(id: B64u, teamId: string): Promise<void> {
  const wrap = await vault.wrapCase(id, teamId);
  await write(id, [say.access(wrap.key_id, serverNow())], (a) => api.letIn(id, a, teamId, [wrap]));
}

/** Shut a team out. If it was our only way in, the case is gone from this desk, and that is said by its absence. */
export async function shutOut(id: B64u, teamId: string, isOurOnlyTeam: boolean): Promise<void> {
  const entry = say.status("shut-out", serverNow(), { team_id: teamId });
  if (!isOurOnlyTeam) return write(id, [entry], (a) => api.shutOut(id, a, teamId));
  await api.shutOut(id, await vault.sealEntries(id, [entry]), teamId);
  letGo(id);
}

export const close = (id: B64u, outcome: say.Outcome, text: string): Promise<void> =>
  write(id, [say.closed(outcome, text, serverNow())], (a) => api.close(id, a));

export const refer = (id: B64u, text: string): Promise<void> => write(id, [say.referred(text, serverNow())], (a) => api.refer(id, a));

/** Stop the alarm: somebody has seen it. */
export const acknowledge = (row: Row): Promise<void> =>
  moveFirst(row, (a) => api.acknowledge(row.case_id, a), say.status("acknowledged", serverNow()));

export const reopen = (id: B64u): Promise<void> => write(id, [say.status("reopened", serverNow())], (a) => api.reopen(id, a));

export interface LinkEnd {
  readonly case_id: B64u;
  readonly designation: string;
}

/** Link two cases: each says so of the other, so that either can be opened alone. */
export async function link(one: LinkEnd, other: LinkEnd, why: "reporter" | "matter"): Promise<void> {
  if (!known.value.has(other.case_id)) await openCase(other.case_id);
  for (const [here, there] of [[one, other], [other, one]] as const) {
    await write(here.case_id, [say.linked(there.case_id, there.designation, why, serverNow())], (a) => api.note(here.case_id, a));
  }
}

export async function unlink(one: LinkEnd, other: LinkEnd): Promise<void> {
  await write(one.case_id, [say.unlinked(other.case_id, other.designation, serverNow())], (a) => api.note(one.case_id, a));
  if (!known.value.has(other.case_id)) await openCase(other.case_id);
  await write(other.case_id, [say.unlinked(one.case_id, one.designation, serverNow())], (a) => api.note(other.case_id, a));
}

/**
 * Send a message to the reporter: the entry in the case, and the same words sealed to the chat's relay, to mailboxes, or both. By which
 * ways is seen anew at each try: a race may be lost to the reporter, who said meanwhile how to be answered.
 */
export async function reply(id: B64u, text: string): Promise<void> {
  if (!known.value.has(id)) await openCase(id);
  const message = say.message(text, b64u(systemRng(ID_BYTES)), serverNow());
  say.mustBeForReporter(message);
  await write(id, [message], async (appended) => {
    const offered = known.value.get(id)?.json.reply_to;
    const replies = offered ? await vault.sealReplies(id, message, offered) : [];
    if (replies.length === 0) throw new api.Refusal("conflict");
    return api.reply(id, appended, message.message_id, replies);
  });
}
