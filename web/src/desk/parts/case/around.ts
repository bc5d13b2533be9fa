/** What stands around cases and is the same for all of them: places, officers, and which officer signs as whom. */

import { computed, signal } from "@preact/signals";

import * as api from "../../api.ts";
import type { AreaJson, B64u, OfficerJson, PhraseJson } from "../../api/shapes.ts";
import { session } from "../../session.ts";
import { named, t } from "../../texts.ts";
import { unb64u } from "../../../sealing/encoding.ts";

export const areas = signal<readonly AreaJson[]>([]);
export const officers = signal<readonly OfficerJson[]>([]);
export const phrases = signal<readonly PhraseJson[]>([]);

/** Fetch them; what cannot be fetched leaves the codes standing. */
export async function lookAround(): Promise<void> {
  const [places, people, ready] = await Promise.allSettled([api.areas(), api.officers(), api.phrases()]);
  if (places.status === "fulfilled") areas.value = places.value;
  if (people.status === "fulfilled") officers.value = people.value;
  if (ready.status === "fulfilled") phrases.value = ready.value;
}

const namesByCode = computed(() => new Map(areas.value.map((area) => [area.code, area.names])));

/** A municipality by name; a code that no list has is shown as it is. */
export function place(code: string): string {
  const names = namesByCode.value.get(code);
  return names ? named(names) : code;
}

export function placeOrUnknown(code: string | null): string {
  return code === null ? t("Place not known yet") : place(code);
}

/** An officer by name. */
export function officerName(id: B64u | null): string {
  if (id === null) return "";
  if (id === session.me.value?.officer_id) return t("you");
  return officers.value.find((one) => one.officer_id === id)?.name ?? t("another officer");
}

interface SignerJson {
  readonly signer_id: B64u;
  readonly team_ids: readonly string[];
}

interface Member {
  readonly officer_id: B64u;
  readonly signer_id: B64u;
}

interface Listed {
  readonly members?: readonly Member[];
  readonly signers?: readonly SignerJson[];
}

/** The directory in force, which the vault has verified before any case was opened. */
const listed = computed<Listed>(() => {
  const document = session.me.value?.directory?.document;
  return document ? (JSON.parse(new TextDecoder().decode(unb64u(document))) as Listed) : {};
});
const members = computed(() => new Map((listed.value.members ?? []).map((one) => [one.signer_id, one.officer_id])));
const teamsBySigner = computed(() => new Map((listed.value.signers ?? []).map((one) => [one.signer_id, one.team_ids])));

export function teamsOfSigner(signerId: B64u): readonly string[] {
  return teamsBySigner.value.get(signerId) ?? [];
}

export function officerOfSigner(signerId: B64u): B64u | null {
  return members.value.get(signerId) ?? officers.value.find((one) => one.signer_ids?.includes(signerId))?.officer_id ?? null;
}
