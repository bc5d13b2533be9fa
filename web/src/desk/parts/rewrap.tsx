/**
 * After a team got a new key: open cases that a former key still opens are wrapped to the new one, here, by a member.
 *
 * Laws. Not before every member has the new key: the former one opens these cases no more afterwards. Nobody reads them for it, and the log
 * says so: they are fetched as for the search, and each is written down as wrapped.
 */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../api.ts";
import type { CaseJson } from "../api/shapes.ts";
import { serverNow } from "../live.ts";
import { t } from "../texts.ts";
import { vault } from "../vault.ts";
import { timeText } from "../../sealing/encoding.ts";
import { Button } from "./forms.tsx";
import { Refused, Told, useDoing } from "./said.tsx";

/** Cases fetched together: an answer of some hundred kilobytes, and a number that moves. */
const AT_ONCE = 20;

interface Props {
  readonly teamId: string;
  /** Members who have not been given the new key. */
  readonly lacking: readonly string[];
}

/** Offers it where there is something to wrap; the server names a hundred cases at a time. */
export function Rewrap({ teamId, lacking }: Props): JSX.Element | null {
  const wanted = useSignal<readonly string[]>([]);
  const done = useSignal(0);
  const left = useSignal(0);
  const doing = useDoing();
  useEffect(() => void doing.run(async () => void (wanted.value = await api.rewrapsWanted(teamId))), []);
  const wrapAll = async () => {
    done.value = left.value = 0;
    for (let ids = wanted.value; ids.length > 0; ids = await api.rewrapsWanted(teamId)) {
      const before = done.value;
      left.value = 0;
      for (let at = 0; at < ids.length; at += AT_ONCE) {
        const { cases } = await api.manyCases(ids.slice(at, at + AT_ONCE));
        for (const one of cases) {
          const came = await wrapped(one, teamId);
          if (came === "wrapped") done.value += 1;
          if (came === "shut") left.value += 1;
        }
      }
      wanted.value = ids;
      if (done.value === before) return;
    }
    wanted.value = [];
  };
  const isOver = wanted.value.length === 0;
  if (isOver && done.value === 0) return null;
  return (
    <div class="wanted">
      {!isOver && <p>{t("Open cases that a former key of this team still opens: {n}. Whoever has left may have kept that key.", { n: wanted.value.length })}</p>}
      {!isOver && lacking.length > 0 && <p>{t("First give the new key to: {names}. After that the former key does not open these cases any more.", { names: lacking.join(", ") })}</p>}
      {!isOver && lacking.length === 0 && (
        <Button busy={doing.busy.value} onPress={() => void doing.run(wrapAll)}>
          {t("Wrap them to the new key")}
        </Button>
      )}
      <Told>
        {done.value > 0 && t("Wrapped: {n}. The former key does not open them here any more.", { n: done.value })}{" "}
        {left.value > 0 && t("Not wrapped, because they are broken or do not open for you: {n}", { n: left.value })}
      </Told>
      <Refused doing={doing} />
    </div>
  );
}

/** Wrap one case and announce it. A case that is broken is left for a person to look at; one that moved meanwhile is tried again. */
async function wrapped({ file }: CaseJson, teamId: string): Promise<"wrapped" | "shut" | "moved"> {
  const { case_id } = file;
  try {
    const { seen } = await vault.openCase(file);
    if (!seen) return "shut";
    const wrap = await vault.wrapCase(case_id, teamId);
    const entry = { kind: "access", at: timeText(serverNow()), key_id: wrap.key_id };
    await api.rewrap(case_id, await vault.sealEntries(case_id, [entry]), teamId, [wrap]);
    return "wrapped";
  } catch (fault) {
    if (!(fault instanceof api.Refusal)) return "shut";
    if (fault.code === "conflict" || fault.code === "state" || fault.code === "not_there") return "moved";
    throw fault;
  } finally {
    vault.forgetCase(case_id);
  }
}
