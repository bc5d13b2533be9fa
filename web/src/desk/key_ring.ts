/**
 * The seeds of one officer while the desk is open: their own identity, their signing identity, and their teams' identities.
 *
 * Laws. Made by opening a slot and nothing else. The directory that decides who is sealed to was verified against the root that this browser believes. A team
 * seed that does not give the key the directory lists is left out. `forget` overwrites every seed.
 */

import type { Me, TeamWrapJson } from "./api/shapes.ts";
import { browserShelf } from "./shelf.ts";
import { believe } from "./trust.ts";
import { writeTeamWrap } from "../sealing/case.ts";
import { type Directory, keyIdsOf } from "../sealing/directory.ts";
import { b64u, type Bytes, unb64u } from "../sealing/encoding.ts";
import { Identity, SigningIdentity } from "../sealing/identity.ts";
import { openTeamWrap } from "../sealing/open/index.ts";
import type { OfficerSeeds } from "../sealing/slots.ts";

export class KeyRing {
  readonly officerId: Bytes;
  readonly own: Identity;
  readonly signing: SigningIdentity;
  readonly seeds: OfficerSeeds;
  /** Ids of the team keys that were made here: what their maker reads aloud must not come from the server. */
  readonly madeKeys = new Set<string>();
  directory: Directory | null = null;
  readonly #teams = new Map<string, Identity>();

  private constructor(officerId: Bytes, seeds: OfficerSeeds, own: Identity) {
    this.officerId = officerId;
    this.seeds = seeds;
    this.own = own;
    this.signing = SigningIdentity.fromSeed(seeds.signing);
  }

  /** Load what a slot gave, and what the server knows of this officer. */
  static async make(me: Me, seeds: OfficerSeeds): Promise<KeyRing> {
    const ring = new KeyRing(unb64u(me.officer_id), seeds, await Identity.fromSeed(seeds.identity));
    await ring.learn(me);
    return ring;
  }

  /** Take in a newer directory and wraps that came since. */
  async learn(me: Me): Promise<void> {
    if (me.directory === null) return;
    const signed = { document: unb64u(me.directory.document), signature: unb64u(me.directory.signature) };
    this.directory = believe(browserShelf(), signed, unb64u(me.root_public_key, 32), this.directory?.serial ?? me.lowest_serial);
    for (const wrap of me.team_wraps) await this.#take(wrap);
  }

  /** The identity of a team by key id, if this officer has its seed. */
  team(keyId: string): Identity | undefined {
    return this.#teams.get(keyId);
  }

  /** The identities of this officer's teams, former ones included: old cases are wrapped to those. */
  teams(): readonly Identity[] {
    return [...this.#teams.values()];
  }

  /** Whether a key is, or was, that team's. */
  isOfTeam(teamId: string, keyId: string): boolean {
    const team = this.directory?.team(teamId);
    return team !== undefined && keyIdsOf(team).some((one) => b64u(one) === keyId);
  }

  /** Whether the directory in force lists this officer's own key: before that nobody seals to them. */
  isListed(): boolean {
    const listed = this.directory?.member(this.officerId);
    return listed !== undefined && b64u(listed.key.keyId) === b64u(this.own.keyId);
  }

  /** The team ids whose present key this officer holds. */
  heldTeams(): readonly string[] {
    return (this.directory?.teams ?? []).filter((team) => this.#teams.has(b64u(team.key.keyId))).map((team) => team.teamId);
  }

  /** Overwrite every seed. */
  forget(): void {
    for (const identity of [...this.teams(), this.own]) identity.forget();
    this.signing.forget();
    this.seeds.identity.fill(0);
    this.seeds.signing.fill(0);
    this.#teams.clear();
  }

  async #take(wrap: TeamWrapJson): Promise<void> {
    if (this.#teams.has(wrap.team_key_id)) return;
    const isKnown = this.directory?.teams.some((team) => keyIdsOf(team).some((keyId) => b64u(keyId) === wrap.team_key_id));
    if (!isKnown) return;
    try {
      const written = writeTeamWrap({
        teamKeyId: unb64u(wrap.team_key_id),
        memberKeyId: this.own.keyId,
        sealed: unb64u(wrap.sealed),
      });
      this.#teams.set(wrap.team_key_id, await openTeamWrap(this.own, written));
    } catch {
      // One bad wrap must not keep an officer from the cases of the other teams; the page shows which teams are held.
    }
  }
}
