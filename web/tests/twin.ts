/**
 * The browser's sealing as a program for tests: a line of JSON on standard input is a request, one on standard output its answer.
 *
 * Randomness is SHAKE256 of a name, so that what is sealed here is the same each time.
 */

import { createInterface } from "node:readline";

import { sealBlob } from "../src/sealing/blob.ts";
import { makeCase, wrapCaseSeed, wrapTeamSeed, writeTeamWrap } from "../src/sealing/case.ts";
import type { Directory } from "../src/sealing/directory.ts";
import { b64u, ID_BYTES, type Rng, unb64u } from "../src/sealing/encoding.ts";
import { type CaseHead, headOf, sealEntry, type SealedEntry, writeEntry } from "../src/sealing/entry.ts";
import { SealingError } from "../src/sealing/errors.ts";
import { readCase, writeCase } from "../src/sealing/files.ts";
import { Identity, Recipient, SigningIdentity } from "../src/sealing/identity.ts";
import { signJoining } from "../src/sealing/joining.ts";
import { canonical, read, write } from "../src/sealing/json_text.ts";
import { openBlob, openCase } from "../src/sealing/open/index.ts";
import type { Plaintext } from "../src/sealing/plaintext.ts";
import { makeReceipt, ReceiptSecrets, typed } from "../src/sealing/receipts.ts";
import { mustBeGenuine, openReply, type SealedReply, sealReply } from "../src/sealing/replies.ts";
import { readDocument, signDirectory, verifyDirectory } from "../src/sealing/signed_directory.ts";
import * as slots from "../src/sealing/slots.ts";
import { type Answer, seeded } from "./known.ts";

async function sealCase(asked: Answer, directory: Directory, rng: Rng): Promise<Answer> {
  const { caseId, identity } = await makeCase(rng);
  const [intake, officer] = [asked.intake, asked.officer].map((seed: string) => SigningIdentity.fromSeed(unb64u(seed)));
  const team = directory.teams[0]!.key;
  const wraps = [];
  for (const key of [team, directory.recovery]) wraps.push(await wrapCaseSeed(key, caseId, identity.seed, rng));
  let head: CaseHead = headOf(caseId, identity.recipient);
  const entries: SealedEntry[] = [];
  const append = async (author: SigningIdentity, plaintext: Plaintext) => {
    const [entry, next] = await sealEntry(head, { plaintext, author, entryId: rng(ID_BYTES) }, rng);
    entries.push(entry);
    head = next;
  };
  const blob = await sealBlob({ caseId, content: unb64u(asked.content), at: asked.at, mediaType: "audio/ogg" }, rng);
  await append(intake!, { kind: "opened", at: asked.at, team_key_ids: [b64u(team.keyId)] });
  for (const plaintext of asked.from_intake) await append(intake!, plaintext);
  await append(officer!, blob.attachment);
  for (const plaintext of asked.from_officer) await append(officer!, plaintext);
  const signed = { document: unb64u(asked.document), signature: unb64u(asked.signature) };
  const whole = { caseId, publicKey: identity.recipient.publicKey, wraps, entries, blobs: [blob], directory: signed };
  return { file: writeCase(whole), next: writeEntry(entries.at(-1)!).entry_id };
}

const REQUESTS: Readonly<Record<string, (asked: Answer) => Promise<Answer> | Answer>> = {
  async open(asked) {
    const { report } = await openCase(asked.raw === undefined ? asked.file : unb64u(asked.raw), {
      identity: await Identity.fromSeed(unb64u(asked.identity)),
      teamWrap: asked.team_wrap,
      trust: { rootPublicKey: unb64u(asked.root_public_key), lowestSerial: asked.lowest_serial ?? 0 },
      remembered: asked.remembered && { entries: asked.remembered.entries, lastHash: unb64u(asked.remembered.last_hash) },
    });
    return report;
  },
  verify_directory(asked) {
    const signed = { document: unb64u(asked.document), signature: unb64u(asked.signature) };
    return { serial: verifyDirectory(signed, unb64u(asked.root_public_key)).serial };
  },
  read_json: (asked) => ({ value: read(unb64u(asked.raw)) }),
  write_json: (asked) => ({ written: b64u(write(asked.value)), canonical: b64u(canonical(asked.value)) }),
  typed: (asked) => ({ digits: typed(asked.text) }),
  sign_directory(asked) {
    const listed = { ...readDocument(unb64u(asked.document)), serial: asked.serial };
    const { document, signature } = signDirectory(listed, SigningIdentity.fromSeed(unb64u(asked.root)));
    return { document: b64u(document), signature: b64u(signature) };
  },
  seal_case: (asked) => sealCase(asked, readDocument(unb64u(asked.document)), seeded(asked.rng)),
  async open_blobs(asked) {
    const { caseId, blobs } = readCase(asked.file);
    const found = await Promise.all(blobs.map(({ stored }) => openBlob(asked.attachment, stored, caseId!)));
    return { contents: found.map(b64u) };
  },
  async seal_team_wrap(asked) {
    const [team, member] = [await Identity.fromSeed(unb64u(asked.team)), Recipient.fromBytes(unb64u(asked.member))];
    return writeTeamWrap(await wrapTeamSeed(member, team, readDocument(unb64u(asked.document)), seeded(asked.rng)));
  },
  async seal_slots(asked) {
    const rng = seeded(asked.rng);
    const seeds = { identity: unb64u(asked.seeds).slice(0, 32), signing: unb64u(asked.seeds).slice(32) };
    const holder = { officerId: unb64u(asked.officer_id), seeds };
    const passphrase = slots.makePassphrase(asked.words, rng);
    const made = await slots.sealPassphraseSlot(holder, { passphrase }, rng);
    const answer = { credentialId: rng(20), prfSalt: rng(32), prfOutput: unb64u(asked.prf_output) };
    const prf = await slots.sealPrfSlot(holder, answer, rng);
    const proof = b64u(slots.loginProof(made.stretched));
    return { passphrase, proof, passphrase_slot: slots.writePassphraseSlot(made.slot), prf_slot: slots.writePrfSlot(prf) };
  },
  async open_slots(asked) {
    const officerId = unb64u(asked.officer_id);
    const slot = slots.readPassphraseSlot(asked.passphrase_slot);
    const stretched = await slots.stretch(asked.passphrase, slot);
    const byPassphrase = await slots.openPassphraseSlot(slot, officerId, stretched);
    const byPrf = await slots.openPrfSlot(slots.readPrfSlot(asked.prf_slot), officerId, unb64u(asked.prf_output));
    const opened = [byPassphrase, byPrf].map(({ identity, signing }) => b64u(identity) + b64u(signing));
    return { proof: b64u(slots.loginProof(stretched)), opened };
  },
  async seal_reply(asked) {
    const recipient = Recipient.fromBytes(unb64u(asked.recipient));
    const author = SigningIdentity.fromSeed(unb64u(asked.author));
    const reply = await sealReply({ recipient, caseId: unb64u(asked.case_id), message: asked.message, author }, seeded(asked.rng));
    return Object.fromEntries(Object.entries(reply).map(([name, raw]) => [name, b64u(raw)]));
  },
  async open_reply(asked) {
    const raw = Object.entries(asked.reply).map(([name, text]) => [name, unb64u(text)]);
    const reply = Object.fromEntries(raw) as SealedReply;
    mustBeGenuine(reply, readDocument(unb64u(asked.document)), new Set(asked.wrapped_to as string[]), asked.now);
    return { message: await openReply(await Identity.fromSeed(unb64u(asked.identity)), reply) };
  },
  async seal_record(asked) {
    const rng = seeded(asked.rng);
    const digits = makeReceipt(rng);
    const secrets = await ReceiptSecrets.derive(digits, unb64u(asked.receipt_salt));
    const recorded = { caseId: unb64u(asked.case_id), casePublicKey: unb64u(asked.case_public_key) };
    return { digits, lookup: b64u(secrets.lookup), record: b64u(await secrets.sealRecord(recorded, rng)) };
  },
  async open_record(asked) {
    const secrets = await ReceiptSecrets.derive(asked.digits, unb64u(asked.receipt_salt));
    const { caseId, casePublicKey } = await secrets.openRecord(unb64u(asked.record));
    return { case_id: b64u(caseId), case_public_key: b64u(casePublicKey) };
  },
  async sign_joining(asked) {
    const signing = SigningIdentity.fromSeed(unb64u(asked.signing));
    return { proof: b64u(signJoining(unb64u(asked.officer_id), Recipient.fromBytes(unb64u(asked.identity)), signing)) };
  },
};

async function answer(line: string): Promise<Answer> {
  const asked = JSON.parse(line);
  try {
    return { answer: await REQUESTS[asked.do]!(asked) };
  } catch (error) {
    if (!(error instanceof SealingError)) return { failed: String(error) }; // a mistake, which the test is to show
    return { refused: error.name, reason: (error as { reason?: string }).reason ?? null };
  }
}

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
