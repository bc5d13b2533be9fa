/** The directory: the next one is downloaded, signed off line, and brought back. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import * as api from "../api.ts";
import type { Draft } from "../api/people.ts";
import { Changes, Faults } from "../parts/changes.tsx";
import { Button, Heading } from "../parts/forms.tsx";
import { type Names, NO_NAMES, namesNow } from "../parts/names.ts";
import { Refused, Told, useDoing } from "../parts/said.tsx";
import { session } from "../session.ts";
import { t } from "../texts.ts";

/** Bytes of the largest signed directory that is looked at; the server's bound is near it. */
const LARGEST = 1_000_000;

export function DirectoryPage(): JSX.Element {
  const draft = useSignal<Draft | null>(null);
  const names = useSignal<Names>(NO_NAMES);
  const told = useSignal("");
  const doing = useDoing();
  const read = async () => {
    const [drafted, called] = await Promise.all([api.directoryDraft(), namesNow()]);
    names.value = called;
    draft.value = drafted;
  };
  useEffect(() => void doing.run(read), []);
  const bring = (chosen: HTMLInputElement) =>
    doing.run(async () => {
      told.value = "";
      const file = chosen.files?.[0];
      if (!file || file.size > LARGEST) return;
      const text = await file.text();
      // The next file has the same name: choosing it again must be heard.
      chosen.value = "";
      const { document, signature } = JSON.parse(text) as { document: string; signature: string };
      const { is_new } = await api.installDirectory(document, signature);
      told.value = is_new ? t("The new directory is in force.") : t("This directory was in force already.");
      await session.refresh();
      await read();
    });
  // The page may have been open for hours: what is signed is what has changed until now, and it is shown.
  const carry = () =>
    doing.run(async () => {
      await read();
      if (draft.value) download(draft.value);
    });
  return (
    <section class="narrow">
      <Heading>{t("Directory")}</Heading>
      <p>{t("The directory says whose keys count. Everybody seals only to keys in it, and believes it only with the signature of the root key. That key lies off line, so that nobody who breaks into this server can add a reader.")}</p>
      <h2>{t("What would change")}</h2>
      {draft.value?.changes.length === 0 && <p>{t("Nothing has changed since the last one.")}</p>}
      {draft.value && <Changes facts={draft.value.changes} names={names.value} />}
      <Faults facts={draft.value?.faults ?? []} names={names.value} />
      <h2>{t("Three steps")}</h2>
      <ol class="steps">
        <li>
          <p>{t("Download the draft and carry it to the machine that is never on line.")}</p>
          <Button kind="secondary" disabled={!draft.value} busy={doing.busy.value} onPress={() => void carry()}>
            {t("Download the draft")}
          </Button>
        </li>
        <li>
          <p>{t("There, read it and sign it with the root key:")}</p>
          <code class="command" tabIndex={0}>python -m bot directory sign directory-draft.json --root root.seed --out directory.json</code>
        </li>
        <li>
          <p>{t("The command prints a fingerprint for every key. Before you bring the file back, compare each new one aloud with the person whose key it is: somebody who broke into this server could have put another key into the draft.")}</p>
          <label>
            {t("Bring the signed file back")}
            <input type="file" accept=".json,application/json" onChange={(event) => void bring(event.currentTarget)} />
          </label>
        </li>
      </ol>
      <Told>{told.value}</Told>
      <Refused doing={doing} />
    </section>
  );
}

function download(draft: Draft): void {
  const address = URL.createObjectURL(new Blob([draft.document], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "directory-draft.json";
  link.click();
  URL.revokeObjectURL(address);
}
