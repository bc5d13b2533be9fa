/** After a team got a new key: open cases that only its former key opens are wrapped to the new one, here, by a member. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../api.ts";
import { serverNow } from "../live.ts";
import { t } from "../texts.ts";
import { vault } from "../vault.ts";
import { timeText } from "../../sealing/encoding.ts";
import { Button } from "./forms.tsx";
import { Refused, Told, useDoing } from "./said.tsx";

/** Offers it where there is something to wrap; the server names a hundred cases at a time. */
export function Rewrap({ teamId }: { teamId: string }): JSX.Element | null {
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
      for (const caseId of ids) {
        if (await wrapped(caseId, teamId)) done.value += 1;
        else left.value += 1;
      }
      wanted.value = ids;
      if (done.value === before) return;
    }
    wanted.value = [];
  };
  if (wanted.value.length === 0 && done.value === 0) return null;
  return (
    <div class="wanted">
      {wanted.value.length > 0 && (
        <>
          <p>{t("Open cases that only the former key of this team opens: {n}", { n: wanted.value.length })}</p>
          <Button busy={doing.busy.value} onPress={() => void doing.run(wrapAll)}>
            {t("Wrap them to the new key")}
          </Button>
        </>
      )}
      <Told>
        {done.value > 0 && t("Wrapped: {n}", { n: done.value })}{" "}
        {left.value > 0 && t("Not wrapped, because they are broken or do not open for you: {n}", { n: left.value })}
      </Told>
      <Refused doing={doing} />
    </div>
  );
}

/** Wrap one case and announce it. A case that is broken is left for a person to look at. */
async function wrapped(caseId: string, teamId: string): Promise<boolean> {
  const { file } = await api.oneCase(caseId);
  try {
    const { seen } = await vault.openCase(file);
    if (!seen) return false;
    const wrap = await vault.wrapCase(caseId, teamId);
    const entry = { kind: "access", at: timeText(serverNow()), key_id: wrap.key_id };
    await api.letIn(caseId, await vault.sealEntries(caseId, [entry]), teamId, [wrap]);
    return true;
  } catch (fault) {
    // Somebody else was faster, or it does not open for me: the next round asks the server again.
    if (fault instanceof api.Refusal && (fault.code === "conflict" || fault.code === "state")) return true;
    if (fault instanceof api.Refusal) throw fault;
    return false;
  } finally {
    vault.forgetCase(caseId);
  }
}
