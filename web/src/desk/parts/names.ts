/** What ids are called: nobody should have to read one. */

import * as api from "../api.ts";
import { named } from "../texts.ts";

/** People, teams and places, each by its id. */
export interface Names {
  readonly people: ReadonlyMap<string, string>;
  readonly teams: ReadonlyMap<string, string>;
  readonly places: ReadonlyMap<string, string>;
}

export const NO_NAMES: Names = { people: new Map(), teams: new Map(), places: new Map() };

/** Everybody who is or was here, the teams there are and will be, and the municipalities in the officer's language. */
export async function namesNow(): Promise<Names> {
  const [officers, teams, areas] = await Promise.all([api.officers(), api.teams(), api.areas()]);
  return {
    people: new Map(officers.map((one) => [one.officer_id, one.name])),
    teams: new Map(teams.map((one) => [one.team_id, one.name])),
    places: new Map(areas.map((one) => [one.code, named(one.names)])),
  };
}
