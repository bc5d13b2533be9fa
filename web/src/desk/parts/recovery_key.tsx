/** The recovery key on paper: read from a file of this machine, shown and printed in this browser, and sent nowhere. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../texts.ts";
import { b64u, type Bytes } from "../../sealing/encoding.ts";
import { fingerprint, Identity, readSeedFile } from "../../sealing/identity.ts";
import { Button } from "./forms.tsx";
import { Refused, useDoing } from "./said.tsx";

/** A seed file is one short line. */
const LARGEST = 200;

interface Paper {
  readonly seed: string;
  readonly fingerprint: string;
}

export function RecoveryKeyPaper(): JSX.Element {
  const paper = useSignal<Paper | null>(null);
  const doing = useDoing();
  useEffect(() => () => void (paper.value = null), []);
  const show = (file: File | undefined) =>
    doing.run(async () => {
      if (file && file.size <= LARGEST) paper.value = await read(readSeedFile(await file.text()));
    });
  if (!paper.value) {
    return (
      <>
        <label>
          {t("The file of the recovery key (it stays in this browser)")}
          <input type="file" onChange={(event) => void show(event.currentTarget.files?.[0])} />
        </label>
        <Refused doing={doing} />
      </>
    );
  }
  return (
    <figure class="paper" aria-label={t("Recovery key")}>
      <p>{t("Recovery key of this desk")}</p>
      <code class="secret">{paper.value.seed}</code>
      <p>{t("Fingerprint: {fingerprint}", { fingerprint: paper.value.fingerprint })}</p>
      <p class="for-print">{t("Opens every case. Keep it in a safe, and a copy in another house.")}</p>
      <div class="buttons">
        <Button kind="outline" onPress={() => window.print()}>
          {t("Print")}
        </Button>
        <Button onPress={() => (paper.value = null)}>{t("Printed: forget it here")}</Button>
      </div>
    </figure>
  );
}

async function read(seed: Bytes): Promise<Paper> {
  const identity = await Identity.fromSeed(seed);
  const made = { seed: b64u(seed).replace(/.{4}(?=.)/gu, "$& "), fingerprint: fingerprint(identity.keyId) };
  identity.forget();
  seed.fill(0);
  return made;
}
