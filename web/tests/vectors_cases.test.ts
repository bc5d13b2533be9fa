/** Known answers of cases: padding, wraps, entries and their chain, attachments, files, and what readers read. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { sealBlob } from "../src/sealing/blob.ts";
import { chainStart, readTeamWrap, writeTeamWrap } from "../src/sealing/case.ts";
import { b64u, unb64u } from "../src/sealing/encoding.ts";
import { headOf, nextHash, type SealedEntry, signedPart, verifyChain } from "../src/sealing/entry.ts";
import { openBlob, openCase, openEntry, openTeamWrap, unwrap } from "../src/sealing/open/index.ts";
import { openBody } from "../src/sealing/open/steps.ts";
import { pad, paddedLength, unpad } from "../src/sealing/padding.ts";
import { encode } from "../src/sealing/plaintext.ts";
import { sha256 } from "../src/sealing/suite.ts";
import * as known from "./known.ts";

const CASE = await known.identity("case-a");
const TEAM = await known.identity("team-north");

for (const answer of known.load("padding")) {
  test(`${answer.plaintext_length} bytes are padded to the known bytes`, () => {
    const content = known.pattern(answer.plaintext_length);
    const padded = pad(content);

    assert.equal(padded.length, answer.padded_length);
    assert.equal(paddedLength(content.length), answer.padded_length);
    assert.equal(b64u(sha256(padded)), answer.padded_sha256);
    assert.deepEqual(unpad(padded), content);
  });
}

for (const answer of known.load("padding-refused")) {
  test(`other padding is refused: ${answer.why}`, () => {
    assert.throws(() => unpad(unb64u(answer.padded)), { name: "DoesNotOpen" });
  });
}

for (const answer of known.load("wraps")) {
  test(`the known wrap of ${answer.case} for ${answer.recipient} gives the case seed`, async () => {
    const identity = await unwrap(await known.identity(answer.recipient), unb64u(answer.case_id), unb64u(answer.sealed));

    assert.equal(b64u(identity.seed), answer.case_seed);
    assert.deepEqual(identity.recipient, (await known.identity(answer.case)).recipient);
  });
}

test("the known team wrap gives the team to its member only", async () => {
  const answer = known.load("team-wrap");

  assert.deepEqual((await openTeamWrap(await known.identity("officer"), answer)).seed, TEAM.seed);
  assert.deepEqual(writeTeamWrap(readTeamWrap(answer)), answer);
  await assert.rejects(openTeamWrap(await known.identity("officer-2"), answer), { name: "DoesNotOpen" });
});

function entryOf(answer: known.Answer): SealedEntry & { body: NonNullable<SealedEntry["body"]> } {
  const body = unb64u(answer.body);
  return {
    entryId: unb64u(answer.entry_id),
    seq: answer.seq,
    author: unb64u(answer.author),
    body,
    bodySha256: sha256(body),
    hash: unb64u(answer.hash),
    signature: unb64u(answer.signature),
  };
}

for (const answer of known.load("entries").entries) {
  test(`known entry ${answer.seq} opens and is padded to the known bytes`, async () => {
    const { body, ...rest } = entryOf(answer);
    const place = { ...rest, caseId: known.CASE_A };
    const padded = await openBody(CASE, body, place);
    const said = await openEntry(CASE, body, place);

    assert.equal(padded.length, answer.padded_length);
    assert.equal(b64u(sha256(padded)), answer.padded_sha256);
    assert.deepEqual(said, JSON.parse(new TextDecoder().decode(unb64u(answer.plaintext))));
    assert.deepEqual(encode(said), padded);
  });
}

test("the known entries are one chain and are signed again to the same bytes", () => {
  const answers = known.load("entries");
  const signers = [known.signer("intake"), known.signer("officer")];
  const start = headOf(known.CASE_A, CASE.recipient);
  assert.equal(answers.chain_start, b64u(start.hash));
  assert.deepEqual(chainStart(known.CASE_A, CASE.recipient.publicKey), start.hash);
  let previous = start.hash;
  for (const answer of answers.entries) {
    const entry = entryOf(answer);
    assert.equal(b64u(previous), answer.previous_hash);
    previous = nextHash(previous, { ...entry, caseId: known.CASE_A }, entry.bodySha256);
    assert.deepEqual(previous, entry.hash);
    const author = signers.find((signer) => b64u(signer.signerId) === answer.author);
    assert.deepEqual(author?.sign(signedPart(previous)), entry.signature);
  }
  const head = verifyChain(start, answers.entries.map(entryOf), known.directory());

  assert.deepEqual(head, { ...start, seq: answers.entries.length, hash: previous });
});

test("a chain that was changed is refused with its reason", () => {
  const entries: SealedEntry[] = known.load("entries").entries.map(entryOf);
  const start = headOf(known.CASE_A, CASE.recipient);
  const [directory, other] = [known.directory(), new Uint8Array(32)];
  const changes: readonly [string, SealedEntry[]][] = [
    ["entry-seq", entries.slice(1)],
    ["entry-twice", [entries[0]!, { ...entries[1]!, entryId: entries[0]!.entryId }]],
    ["entry-hash", [{ ...entries[0]!, hash: other }]],
    ["entry-hash", [{ ...entries[0]!, body: other }]],
    ["entry-signature", [{ ...entries[0]!, signature: new Uint8Array(64) }]],
  ];
  for (const [reason, changed] of changes) {
    assert.throws(() => verifyChain(start, changed, directory), { name: "ChainBroken", reason });
  }
});

for (const answer of known.load("entries-refused")) {
  test(`an entry that says nothing that may be believed is refused and named: ${answer.why}`, async () => {
    const { body, ...rest } = entryOf(answer);
    await assert.rejects(openEntry(CASE, body, { ...rest, caseId: known.CASE_A }), { name: "DoesNotOpen" });
    const { entry_id, seq, author, hash, signature } = answer;
    const entries = [{ entry_id, seq, author, body: answer.body, hash, signature }];
    const file = { ...known.load("case-file"), entries, blobs: [] };
    const { report } = await openCase(file, { identity: TEAM, trust: { rootPublicKey: known.rootPublicKey() } });

    assert.deepEqual(report.entries[0]?.broken, [answer.reason]);
    assert.equal(report.broken[0]?.reason, answer.reason);
  });
}

for (const answer of known.load("blobs").blobs) {
  const { attachment } = answer;
  test(`an attachment of ${attachment.size} bytes is sealed to the known bytes and opens`, async () => {
    const content = known.pattern(attachment.size);
    const rng = known.drawn(unb64u(attachment.blob_id), unb64u(attachment.key), unb64u(answer.prefix));
    const sealed = await sealBlob({ caseId: known.CASE_A, content, at: attachment.at, mediaType: attachment.media_type }, rng);

    assert.deepEqual(sealed.attachment, attachment);
    assert.equal(sealed.stored.length, answer.stored_length);
    assert.equal(b64u(sha256(sealed.stored)), answer.stored_sha256);
    assert.equal(b64u(sealed.stored), answer.stored ?? b64u(sealed.stored));
    assert.deepEqual(await openBlob(attachment, sealed.stored, known.CASE_A), content);
    const cut = sealed.stored.slice(0, -1);
    await assert.rejects(openBlob(attachment, cut, known.CASE_A), { name: "DoesNotOpen" });
  });
}

for (const answer of known.load("opened").readers) {
  test(`${answer.identity} reads the known file as known`, async () => {
    const identity = await known.identity(answer.identity);
    const reader = { identity, teamWrap: answer.team_wrap, trust: { rootPublicKey: known.rootPublicKey() } };
    const { report, head } = await openCase(known.load("case-file"), reader);

    assert.deepEqual(JSON.parse(JSON.stringify(report)), answer.report);
    assert.equal(head !== null, answer.report.ok);
  });
}

test("a reader with a directory and its teams needs neither in the file", async () => {
  const { directory: _directory, blobs: _blobs, ...file } = known.load("case-file");
  const reader = { identity: await known.identity("officer"), teams: [TEAM], trust: known.directory(), blobsLater: true };
  const opened = await openCase(file, reader);

  assert.deepEqual(opened.report.broken, []);
  assert.equal(opened.head?.seq, file.entries.length);
  assert.ok(opened.wrappedTo.has(b64u(TEAM.keyId)));
  const remembered = { entries: file.entries.length + 1, lastHash: opened.head!.hash };
  const shorter = await openCase(file, { ...reader, remembered });
  assert.deepEqual(shorter.report.broken.map((found) => found.reason), ["case-rollback"]);
  assert.equal(shorter.head, null);
});
