/**
 * The vault on the page itself (see vault.ts for its contract).
 *
 * Laws. One key ring at a time. What was opened of a case, its identity, stays here and is overwritten by `forget`. Whatever is asked
 * while nothing is held is a mistake of the page, not of the person.
 */

import { signal } from "@preact/signals";

import { Refusal } from "./api/call.ts";
import type { Appended } from "./api/cases.ts";
import type { Looked } from "./api/people.ts";
import type { B64u, CaseFileJson, Me, PassphraseSlotJson, PrfSlotJson, SealedReplyJson, WrapJson, WrapWantedJson } from "./api/shapes.ts";
import type { Costs, FirstFactor } from "./api/sign_in.ts";
import { KeyRing } from "./key_ring.ts";
import { serverNow } from "./live.ts";
import { makeNewcomer, writtenSlot } from "./newcomer.ts";
import { goesToChat, waysOf } from "./ways.ts";
import type {
  GivenWrap, Holding, MadeNewcomer, MadeSlot, MadeTeamKey, OnProgress, OpenedCase, Remembered, ReplyRecipient, Stretched, Vault,
} from "./vault.ts";
import { wrapCaseSeed, wrapTeamSeed } from "../sealing/case.ts";
import type { Directory } from "../sealing/directory.ts";
import { b64u, type Bytes, ID_BYTES, systemRng, unb64u } from "../sealing/encoding.ts";
import { sealEntry, writeEntry } from "../sealing/entry.ts";
import { DoesNotOpen, Misuse } from "../sealing/errors.ts";
import { fingerprint, Identity } from "../sealing/identity.ts";
import type { JsonObject } from "../sealing/json_text.ts";
import { openBlob, openCase, type OpenedCase as Opened } from "../sealing/open/index.ts";
import type { Plaintext } from "../sealing/plaintext.ts";
import { sealReply } from "../sealing/replies.ts";
import {
  loginProof, openPassphraseSlot, openPrfSlot, readPassphraseSlot, readPrfSlot, sealPassphraseSlot, sealPrfSlot, stretch,
  type Stretched as Key, writePrfSlot,
} from "../sealing/slots.ts";

/** What Argon2id gave, with its key kept from pages. */
class HeldKey implements Stretched {
  readonly loginProof: B64u;
  readonly #key: Key;

  constructor(key: Key) {
    this.#key = key;
    this.loginProof = b64u(loginProof(key));
  }

  /** For the vault alone. */
  key(): Key {
    return this.#key;
  }

  forget(): void {
    this.#key.key.fill(0);
  }
}

export class HereVault implements Vault {
  readonly isOpen = signal(false);
  readonly holding = signal<Holding | null>(null);
  readonly #cases = new Map<B64u, Opened>();
  #ring: KeyRing | null = null;

  async stretch(secret: string, { salt, m_kib, t }: Costs, onProgress?: OnProgress): Promise<HeldKey> {
    return new HeldKey(await stretch(secret, { salt: unb64u(salt, 16), mKib: m_kib, t }, onProgress));
  }

  async openWithStretched(me: Me, stretched: Stretched, factor: FirstFactor): Promise<void> {
    if (!(stretched instanceof HeldKey)) throw new Misuse("stretched elsewhere");
    const slot = readPassphraseSlot(passphraseSlotOf(me, factor));
    await this.#hold(me, await openPassphraseSlot(slot, unb64u(me.officer_id), stretched.key()));
  }

  async openWithPassphrase(me: Me, secret: string, onProgress?: OnProgress): Promise<void> {
    const slot = passphraseSlotOf(me, "passphrase");
    const stretched = await this.stretch(secret, slot as unknown as Costs, onProgress);
    try {
      await this.openWithStretched(me, stretched, "passphrase");
    } finally {
      stretched.forget();
    }
  }

  async openWithPrf(me: Me, credentialId: B64u, output: Uint8Array): Promise<void> {
    const found = me.slots.find((one): one is PrfSlotJson => one.slot === "prf" && one.credential_id === credentialId);
    if (!found) throw new DoesNotOpen();
    await this.#hold(me, await openPrfSlot(readPrfSlot({ ...found }), unb64u(me.officer_id), Uint8Array.from(output)));
  }

  async refresh(me: Me): Promise<void> {
    const ring = this.#held();
    await ring.learn(me);
    this.#show(ring);
  }

  forget(): void {
    for (const opened of this.#cases.values()) opened.identity?.forget();
    this.#cases.clear();
    this.#ring?.forget();
    this.#ring = null;
    this.isOpen.value = false;
    this.holding.value = null;
  }

  makeNewcomer(looked: Looked, passphrase: string, recovery: string): Promise<MadeNewcomer> {
    return makeNewcomer(looked, passphrase, recovery, systemRng);
  }

  async makeSlot(kind: FirstFactor, secret: string): Promise<MadeSlot> {
    const { officerId, seeds } = this.#held();
    return writtenSlot(await sealPassphraseSlot({ officerId, seeds }, { passphrase: secret, kind }, systemRng));
  }

  async makePrfSlot(credentialId: B64u, prfSalt: Uint8Array, output: Uint8Array): Promise<PrfSlotJson> {
    const { officerId, seeds } = this.#held();
    const answer = { credentialId: unb64u(credentialId), prfSalt: Uint8Array.from(prfSalt), prfOutput: Uint8Array.from(output) };
    return writePrfSlot(await sealPrfSlot({ officerId, seeds }, answer, systemRng)) as unknown as PrfSlotJson;
  }

  async makeTeamKey(): Promise<MadeTeamKey> {
    const ring = this.#held();
    const team = await Identity.generate(systemRng);
    try {
      const wrap = await wrapTeamSeed(ring.own.recipient, team, directoryToSeal(ring), systemRng);
      ring.madeKeys.add(b64u(team.keyId));
      this.#show(ring);
      return { keyId: b64u(team.keyId), publicKey: b64u(team.recipient.publicKey), sealed: b64u(wrap.sealed) };
    } finally {
      team.forget();
    }
  }

  async wrapForMembers(wanted: readonly WrapWantedJson[]): Promise<readonly GivenWrap[]> {
    const ring = this.#held();
    const directory = directoryToSeal(ring);
    const given: GivenWrap[] = [];
    for (const { team_id, team_key_id, member_key_id } of wanted) {
      const team = ring.team(team_key_id);
      // The key comes from the signed directory and never from the answer that asks for the wrap, and so does the team.
      const member = directory.members.find((one) => b64u(one.key.keyId) === member_key_id && one.teamIds.includes(team_id));
      if (!team || !member || !ring.isOfTeam(team_id, team_key_id)) continue;
      const wrap = await wrapTeamSeed(member.key, team, directory, systemRng);
      given.push({ team_key_id, member_key_id, sealed: b64u(wrap.sealed) });
    }
    return given;
  }

  async openCase(file: CaseFileJson, remembered?: Remembered): Promise<OpenedCase> {
    const ring = this.#held();
    const before = remembered && { entries: remembered.entries, lastHash: unb64u(remembered.lastHash) };
    const opened = await openCase(file, {
      identity: ring.own, teams: ring.teams(), trust: directoryOf(ring), remembered: before, blobsLater: true,
    });
    // Locked while it was being opened: what came out of it must not stay.
    if (this.#ring !== ring) {
      opened.identity?.forget();
      throw new DoesNotOpen();
    }
    this.#cases.get(file.case_id)?.identity?.forget();
    this.#cases.set(file.case_id, opened);
    const { report, head, wrappedTo } = opened;
    return { report, seen: head && { entries: head.seq, lastHash: b64u(head.hash) }, wrappedTo };
  }

  async openBlob(caseId: B64u, attachment: Plaintext, stored: Uint8Array): Promise<Uint8Array> {
    this.#held();
    return openBlob(attachment, Uint8Array.from(stored), unb64u(caseId, ID_BYTES));
  }

  async sealEntries(caseId: B64u, plaintexts: readonly Plaintext[]): Promise<Appended> {
    const ring = this.#held();
    let head = this.#opened(caseId).head;
    if (!head) throw new Misuse("nobody appends to a broken chain");
    const expected_seq = head.seq;
    const entries = [];
    for (const plaintext of plaintexts) {
      const [entry, next] = await sealEntry(head, { plaintext, author: ring.signing, entryId: systemRng(ID_BYTES) }, systemRng);
      head = next;
      const { entry_id, body, hash, signature } = writeEntry(entry);
      entries.push({ entry_id, body: body ?? "", hash, signature });
    }
    return { entries, expected_seq };
  }

  async sealReplies(
    caseId: B64u, message: Plaintext, to: { readonly relay: boolean; readonly mailboxes: readonly ReplyRecipient[] },
  ): Promise<readonly SealedReplyJson[]> {
    const ring = this.#held();
    const { relay } = directoryToSeal(ring);
    const ways = waysOf(this.#opened(caseId).report.entries, to);
    const recipients = goesToChat(ways) ? [relay, ...ways.asked] : ways.asked;
    const replies: SealedReplyJson[] = [];
    for (const recipient of recipients) {
      const made = await sealReply({ recipient, caseId: unb64u(caseId, ID_BYTES), message, author: ring.signing }, systemRng);
      replies.push({ recipient: b64u(recipient.keyId), sealed: b64u(made.sealed), signature: b64u(made.signature) });
    }
    return replies;
  }

  async wrapCase(caseId: B64u, teamId: string): Promise<WrapJson> {
    const team = directoryToSeal(this.#held()).team(teamId);
    const { identity } = this.#opened(caseId);
    if (!team || !identity) throw new Misuse("no such team, or the case is not open");
    const wrap = await wrapCaseSeed(team.key, unb64u(caseId, ID_BYTES), identity.seed, systemRng);
    return { key_id: b64u(wrap.keyId), sealed: b64u(wrap.sealed) };
  }

  forgetCase(caseId: B64u): void {
    this.#cases.get(caseId)?.identity?.forget();
    this.#cases.delete(caseId);
  }

  async #hold(me: Me, seeds: { readonly identity: Bytes; readonly signing: Bytes }): Promise<void> {
    const ring = await KeyRing.make(me, seeds);
    this.forget();
    this.#ring = ring;
    this.#show(ring);
  }

  #show(ring: KeyRing): void {
    this.holding.value = holdingOf(ring, ring.directory);
    this.isOpen.value = true;
  }

  #held(): KeyRing {
    if (!this.#ring) throw new Misuse("the vault is closed");
    return this.#ring;
  }

  #opened(caseId: B64u): Opened {
    const opened = this.#cases.get(caseId);
    if (!opened) throw new Misuse("the case is not open");
    return opened;
  }
}

function directoryOf(ring: KeyRing): Directory {
  if (!ring.directory) throw new Misuse("no directory");
  return ring.directory;
}

/** To the keys of a directory that has expired nobody seals (SEALING.md section 3); readers still read. */
function directoryToSeal(ring: KeyRing): Directory {
  const directory = directoryOf(ring);
  if (!directory.maySeal(serverNow())) throw new Refusal("expired");
  return directory;
}

function passphraseSlotOf(me: Me, factor: FirstFactor): JsonObject {
  const found = me.slots.find((one): one is PassphraseSlotJson => one.slot === factor);
  if (!found) throw new DoesNotOpen();
  return { ...found };
}

function holdingOf(ring: KeyRing, directory: Directory | null): Holding {
  return {
    signerId: b64u(ring.signing.signerId),
    keyId: b64u(ring.own.keyId),
    fingerprintIdentity: fingerprint(ring.own.keyId),
    fingerprintSigning: fingerprint(ring.signing.signerId),
    isListed: ring.isListed(),
    heldTeams: ring.heldTeams(),
    madeKeys: [...ring.madeKeys],
    serial: directory?.serial ?? null,
    expiresAt: directory?.expiresAt ?? null,
    teams: (directory?.teams ?? []).map((team) => ({ teamId: team.teamId, name: team.name, keyId: b64u(team.key.keyId), areas: team.areas })),
    relayKeyId: directory && b64u(directory.relay.keyId),
  };
}
