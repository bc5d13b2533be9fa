/**
 * Who sits here, and how long: signed out, second factor outstanding, locked, open.
 *
 * Laws. The seeds live only while the standing is "open". Idle minutes, a hidden page that is left, sign-out and the end of the
 * server's session all forget them; the lock screen then wants the passphrase again. What the server still believes is asked, never
 * assumed. While locked the desk goes on listening, also after a lost line, so that it can still ring: the server tells an idle session of
 * alarms and of nothing else, and whoever comes back then signs in anew.
 */

import { signal } from "@preact/signals";

import { forgetAlarms } from "./alarm.ts";
import * as api from "./api.ts";
import type { FirstFactor } from "./api/sign_in.ts";
import type { Me } from "./api/shapes.ts";
import { forget, recall, remember } from "./choices.ts";
import { fallSilent, listen, onLive, setClock } from "./live.ts";
import { canonicalSecret } from "./secrets.ts";
import { speak } from "./texts.ts";
import { vault, type Stretched } from "./vault.ts";

/** How often idleness is looked at. */
const LOOKS_EVERY = 5_000;
/** While the person is there but asks nothing, the server is told now and then: well within its 15 idle minutes. */
const TELLS_AFTER = 4 * 60_000;
/** Used until the server has said its own. */
const USUAL_IDLE_SECONDS = 15 * 60;

export type Standing = "starting" | "out" | "second" | "enrol" | "locked" | "open";

/** Why the sign-in page is shown, when it is not the first time. */
export type Ended = "signed_out" | "session_over" | null;

export class Session {
  readonly standing = signal<Standing>("starting");
  readonly me = signal<Me | null>(null);
  readonly second = signal<readonly ("totp" | "passkey")[]>([]);
  readonly ended = signal<Ended>(null);
  /** Who came in by the recovery code must make a new passphrase: the old one is lost or known. */
  readonly cameByRecovery = signal(false);
  /** The name last signed in here, to be offered on the sign-in page while this page stays open. */
  readonly name = signal("");
  #pending: { readonly stretched: Stretched; readonly factor: FirstFactor } | null = null;
  #activeAt = Date.now();
  /** How often this page was locked or signed out: what began before must not open it after. */
  #ends = 0;

  /** Ask the server whether it still knows us, and keep watch from now on. */
  async start(): Promise<void> {
    api.whenSignedOut(() => this.#end("session_over"));
    onLive("signed_out", () => this.#end("session_over"));
    for (const name of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(name, () => this.#stir(), { passive: true });
    addEventListener("pagehide", () => this.lock());
    setInterval(() => this.#look(), LOOKS_EVERY);
    if (recall("signed-in") === null) {
      this.standing.value = "out";
      return;
    }
    try {
      this.#know(await api.me(true));
      this.standing.value = "locked";
      this.#listen();
    } catch {
      forget("signed-in");
      if (this.standing.value === "starting") this.standing.value = "out";
    }
  }

  /** First factor: a name with its passphrase or its recovery code. */
  async prove(name: string, typed: string, factor: FirstFactor, onProgress?: (part: number) => void): Promise<void> {
    const costs = await api.beginSignIn(name, factor);
    const stretched = await vault.stretch(canonicalSecret(typed, factor), costs, onProgress);
    const proved = await api.proveSignIn(name, factor, stretched.loginProof);
    this.name.value = name;
    this.#pending = { stretched, factor };
    this.second.value = proved.second;
    if (proved.second.length > 0) this.standing.value = "second";
    else if (proved.enroll) this.standing.value = "enrol";
    else await this.enter();
  }

  /** The server has let us in: fetch what is ours and open it. */
  async enter(): Promise<void> {
    const pending = this.#pending;
    const ends = this.#ends;
    const me = this.#know(await api.me());
    if (pending) await vault.openWithStretched(me, pending.stretched, pending.factor);
    this.#mustStillBe(ends);
    this.#forgetPending();
    this.cameByRecovery.value = pending?.factor === "recovery";
    this.ended.value = null;
    this.#stir();
    this.standing.value = "open";
    this.#listen();
    await speak(me.language).catch(() => undefined);
  }

  /** From the lock screen, with the passphrase. */
  async unlock(typed: string, onProgress?: (part: number) => void): Promise<void> {
    const ends = this.#ends;
    const me = this.#know(await api.me());
    await vault.openWithPassphrase(me, canonicalSecret(typed, "passphrase"), onProgress);
    this.#mustStillBe(ends);
    this.#opened();
  }

  /** From the lock screen, with what a passkey's PRF gave. */
  async unlockWithPrf(credentialId: string, output: Uint8Array): Promise<void> {
    const ends = this.#ends;
    const me = this.#know(await api.me());
    await vault.openWithPrf(me, credentialId, output);
    this.#mustStillBe(ends);
    this.#opened();
  }

  /** Fetch again what the server knows of us. */
  async refresh(): Promise<void> {
    const me = this.#know(await api.me());
    if (vault.isOpen.value) await vault.refresh(me);
  }

  /** Forget the seeds; the passphrase opens again. */
  lock(): void {
    this.#ends += 1;
    this.#forgetPending();
    vault.forget();
    if (this.standing.value === "open") this.standing.value = "locked";
    if (this.standing.value === "second" || this.standing.value === "enrol") this.standing.value = "out";
  }

  /** Sign out here, or everywhere. What this browser holds is forgotten even if the server cannot be told. */
  async signOut(everywhere = false): Promise<void> {
    vault.forget();
    try {
      await (everywhere ? api.signOutEverywhere() : api.signOut());
    } finally {
      this.name.value = "";
      this.#end("signed_out");
    }
  }

  /** Leave the second factor and begin anew. */
  giveUp(): void {
    this.#end(null);
  }

  /** Locked, left or signed out while the passphrase was being stretched: the seeds that came out of it go at once. */
  #mustStillBe(ends: number): void {
    if (this.#ends === ends) return;
    vault.forget();
    throw new Error("ended meanwhile");
  }

  #opened(): void {
    this.#stir();
    this.standing.value = "open";
    this.#listen();
  }

  /** An administrator opens no case and is told of none. */
  #listen(): void {
    if (this.me.value?.role !== "administrator") listen();
  }

  #know(me: Me): Me {
    this.me.value = me;
    remember("signed-in", "yes");
    this.name.value = me.name;
    setClock(me.now);
    return me;
  }

  #end(why: Ended): void {
    this.#ends += 1;
    const wasIn = this.standing.value === "open" || this.standing.value === "locked";
    vault.forget();
    this.#forgetPending();
    forget("signed-in");
    fallSilent();
    forgetAlarms();
    this.me.value = null;
    this.cameByRecovery.value = false;
    this.ended.value = wasIn ? why : this.ended.value;
    this.standing.value = "out";
  }

  #forgetPending(): void {
    this.#pending?.stretched.forget();
    this.#pending = null;
  }

  #stir(): void {
    this.#activeAt = Date.now();
  }

  #look(): void {
    const me = this.me.value;
    if (this.standing.value !== "open" || !me) return;
    const idle = Date.now() - this.#activeAt;
    if (idle > (me.idle_seconds || USUAL_IDLE_SECONDS) * 1000) {
      this.lock();
    } else if (performance.now() - api.lastAskedAt() > TELLS_AFTER && idle < TELLS_AFTER) {
      void this.refresh().catch(() => undefined);
    }
  }
}

/** The session of this page. */
export const session = new Session();
