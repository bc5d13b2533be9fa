/** The chronology of a case, what is remembered of it, and what the desk writes into it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Row } from "../src/desk/api/shapes.ts";
import { chronology, type Surroundings } from "../src/desk/chronology.ts";
import type { Opened, OpenedEntry, Plaintext } from "../src/desk/parts/case/opened.ts";
import { area, closed, linked, message, mustBeForReporter, note, timeText, unlinked, urgency, type MessageToReporter } from "../src/desk/parts/case/plaintexts.ts";
import { explain } from "../src/desk/parts/case/reasons.ts";
import { recallCase, rememberCase } from "../src/desk/parts/case/remembered.ts";

const AT = "2026-11-22T04:00:00Z";
const t = (text: string) => text;
const AROUND: Surroundings = {
  t,
  place: (code) => `place ${code}`,
  officers: [{ officer_id: "o1", name: "Ana", role: "supervisor", team_ids: [], active: true, on_duty: false }],
  officerOfSigner: (signer) => (signer === "s1" ? "o1" : null),
  replies: [],
  row: null,
  relayKeyId: "relay-key",
  teamsOfSigner: (signer) => (signer === "s1" ? ["north"] : signer === "s2" ? ["south"] : []),
};

function entry(seq: number, plaintext: Plaintext | null, more: Partial<OpenedEntry> = {}): OpenedEntry {
  return { seq, entry_id: `e${seq}`, author: "in", role: "intake", plaintext, broken: [], ...more };
}

function opened(...entries: OpenedEntry[]): Opened {
  return { ok: true, case_id: "c", entries, broken: [] };
}

const first = entry(0, { kind: "opened", at: AT, area: null, language: "sq", channel: "telegram", urgency: "P2", reason: "sent", team_key_ids: [] });

test("answers are shown as question and answer, worded for who answered", () => {
  const items = [{ step: "who", value: "me" }, { step: "what_happens", value: ["physical", "x-new"] }, { step: "area", value: "region:ferizaj" }, { step: "hurt", value: "skipped" }];
  const found = chronology(opened(first, entry(1, { kind: "answers", at: AT, items })), AROUND);
  const said = found.items[1]?.said;
  assert.equal(said?.kind, "answers");
  assert.deepEqual(said.kind === "answers" && said.items.map((one) => [one.question, ...one.answers]), [
    ["Who is this about?", "It is about me"],
    ["What is happening?", "Somebody hits or hurts me", "x-new"],
    ["In which municipality is it?", "place ferizaj"],
    ["Are you hurt?", "Skipped"],
  ]);
});

test("codes that are names of every object are shown as they stand", () => {
  const items = [{ step: "constructor", value: "__proto__" }, { step: "who", value: "toString" }, { step: "risks_heard", value: ["valueOf"] }, null, 7];
  const said = chronology(opened(entry(0, { kind: "answers", at: AT, items })), AROUND).items[0]?.said;
  assert.deepEqual(said?.kind === "answers" && said.items.map((one) => one.answers), [["__proto__"], ["toString"], ["valueOf"]]);
});

test("what the entries say counts, the last one most, and a row that says otherwise is a break", () => {
  const raised = entry(1, { kind: "urgency", at: AT, urgency: "P0", reason: "danger_now" });
  const named = entry(2, { kind: "area", at: AT, area: "prizren" });
  const row = { urgency: "P1", area: "prizren", entries: 3 } as Row;
  const found = chronology(opened(first, raised, named), { ...AROUND, row });
  assert.deepEqual([found.urgency, found.area, found.language], ["P0", "prizren", "sq"]);
  assert.deepEqual(found.warnings, [{ where: "row", reason: "disagrees", detail: "urgency" }]);
  assert.deepEqual(chronology(opened(first, raised, named), { ...AROUND, row: { ...row, entries: 4 } }).warnings, []);
});

test("danger and age come from the answers, the newest first", () => {
  const answers = entry(1, { kind: "answers", at: AT, items: [{ step: "danger_now", value: "no" }, { step: "age_band", value: "age_6_9" }] });
  const later = entry(2, { kind: "answer", at: AT, step: "danger_now", value: "yes" });
  assert.deepEqual([chronology(opened(first, answers), AROUND).danger, chronology(opened(first, answers, later), AROUND).danger], [false, true]);
  assert.equal(chronology(opened(first, answers), AROUND).age, "age_6_9");
});

test("authors are named by their signature, and who left is shown as such", () => {
  const by = { role: "officer" as const, author: "s1" };
  const found = chronology(opened(entry(0, { kind: "note", at: AT, text: "x" }, by), entry(1, null, { ...by, left: AT, broken: ["entry-retired"] }), entry(2, { kind: "narrative", at: AT, text: "y" }), entry(3, null, { role: null })), AROUND);
  assert.deepEqual(found.items.map((one) => [one.author.role, one.author.name, one.author.left]), [
    ["officer", "Ana", false], ["officer", "Ana", true], ["reporter", null, false], ["unknown", null, false],
  ]);
});

test("links stand until they are taken back", () => {
  const at = 1_700_000_000;
  const links = (...plaintexts: Plaintext[]) => chronology(opened(...plaintexts.map((one, seq) => entry(seq, one))), AROUND).links;
  assert.deepEqual(links(linked("c2", "calm-river-07", "reporter", at)), [{ case_id: "c2", designation: "calm-river-07", why: "reporter" }]);
  assert.deepEqual(links(linked("c2", "calm-river-07", "matter", at), unlinked("c2", "calm-river-07", at)), []);
});

test("an entry that cannot be opened, is erased, or is of no known kind is shown all the same", () => {
  const found = chronology(opened(entry(0, null), entry(1, null, { erased: true }), entry(2, { kind: "dance", at: AT }), entry(3, { kind: "note", at: AT, text: 7 })), AROUND);
  assert.deepEqual(found.items.map((one) => one.said.kind), ["closed", "erased", "strange", "strange"]);
});

test("what became of a message is shown beside it", () => {
  const replies = [{ message_id: "m", recipient: "relay-key", state: "delivered" as const, at: 5 }, { message_id: "other", recipient: "k", state: "read" as const, at: 6 }];
  const said = chronology(opened(entry(0, { kind: "message", at: AT, to: "reporter", message_id: "m", text: "hello" })), { ...AROUND, replies }).items[0]?.said;
  assert.deepEqual(said?.kind === "message" && [said.toReporter, said.sent], [true, [{ way: "chat", state: "delivered", at: 5 }]]);
});

test("at what somebody wrote whose team was shut out later it is said, and nothing is broken by it", () => {
  const by = (author: string, broken: readonly string[] = []) => ({ role: "officer" as const, author, broken });
  const note_ = { kind: "note", at: AT, text: "x" };
  const shut = { kind: "status", at: AT, status: "shut-out", team_id: "north" };
  const marks = (...entries: OpenedEntry[]) => chronology(opened(...entries), AROUND).items.map((one) => one.broken);
  assert.deepEqual(marks(entry(0, note_, by("s1")), entry(1, note_, by("s2")), entry(2, shut, by("s2")), entry(3, note_, by("s1", ["entry-entitled"]))), [["shut-out"], [], [], ["entry-entitled"]]);
  assert.deepEqual(marks(entry(0, note_, by("s1")), entry(1, shut, by("s1"))), [["shut-out"], ["shut-out"]]);
  assert.deepEqual(marks(entry(0, note_, by("s1")), entry(1, shut, by("s2", ["entry-signature"]))), [[], ["entry-signature"]]);
});

test("only a message to the reporter is sent", () => {
  assert.doesNotThrow(() => mustBeForReporter(message("hello", "m", 0)));
  for (const internal of [note("x", 0), urgency("P0", "x", 0), area("x", 0), closed("other", "x", 0), { kind: "message", from: "reporter" }]) {
    assert.throws(() => mustBeForReporter(internal as unknown as MessageToReporter));
  }
  assert.equal(timeText(0), "1970-01-01T00:00:00Z");
});

class Kept implements Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  readonly lines = new Map<string, string>();
  getItem(key: string): string | null {
    return this.lines.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.lines.set(key, value);
  }
  removeItem(key: string): void {
    this.lines.delete(key);
  }
}

test("a browser remembers the longer list of a case, and nothing but its id, a number and a hash", () => {
  const shelf = new Kept();
  const [short, long] = ["A".repeat(43), "B".repeat(43)];
  assert.ok(rememberCase(shelf, "case", { entries: 3, lastHash: long }));
  assert.ok(rememberCase(shelf, "case", { entries: 2, lastHash: short }));
  assert.deepEqual(recallCase(shelf, "case"), { entries: 3, lastHash: long });
  assert.deepEqual([...shelf.lines], [["amanet-seen-case", `3 ${long}`]]);
  shelf.setItem("amanet-seen-case", "three words");
  assert.equal(recallCase(shelf, "case"), null);
});

test("a browser that cannot keep anything says so", () => {
  class Full extends Kept {
    override setItem(): void {
      throw new Error("quota");
    }
  }
  assert.equal(rememberCase(new Full(), "case", { entries: 1, lastHash: "A".repeat(43) }), false);
  assert.equal(rememberCase(null, "case", { entries: 1, lastHash: "A".repeat(43) }), false);
});

test("every reason of the specification has words of its own", () => {
  const unknown = explain("something-new", t);
  const reasons =
    "file-format, file-suite, directory-signature, directory-form, directory-no-recovery, directory-key, directory-older, no-wrap, wrap-open, case-key, team-wrap, entry-seq, entry-twice, entry-hash, entry-author, entry-signature, entry-open, entry-padding, entry-json, entry-retired, entry-entitled, blob-missing, blob-open, blob-size, blob-sha256, blob-stray, case-rollback, disagrees";
  for (const reason of reasons.split(", ")) assert.notEqual(explain(reason, t), unknown, reason);
});
