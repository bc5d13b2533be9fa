/** Who joined and waits: their fingerprints are compared aloud before their keys may stand in the directory. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import * as api from "../api.ts";
import type { AdmissionJson } from "../api/shapes.ts";
import type { PartProps } from "../pages/people.tsx";
import { session } from "../session.ts";
import { t } from "../texts.ts";
import { fingerprint, keyId, signerId } from "../../sealing/identity.ts";
import { unb64u } from "../../sealing/encoding.ts";
import { Button } from "./forms.tsx";
import { Fingerprints, roleName } from "./people.tsx";
import { Refused, Told, useDoing } from "./said.tsx";

export function Admissions({ people, reload }: PartProps): JSX.Element {
  const told = useSignal("");
  return (
    <article>
      <h2>{t("Waiting to be let in")}</h2>
      {people.admissions.length === 0 && <p>{t("Nobody waits.")}</p>}
      {people.admissions.map((one) => (
        <Admission key={one.officer_id} one={one} reload={reload} onRefused={() => (told.value = refusedWords(one))} />
      ))}
      <Told>{told.value}</Told>
    </article>
  );
}

/** What a refusal means: somebody else used the link. */
function refusedWords({ name }: AdmissionJson): string {
  return t("{name} is refused: whoever joined with that link can neither sign in nor read. Somebody else may have used it. Make a new invitation, and give its link by another way.", { name });
}

interface AdmissionProps {
  readonly one: AdmissionJson;
  readonly reload: () => Promise<void>;
  readonly onRefused: () => void;
}

function Admission({ one, reload, onRefused }: AdmissionProps): JSX.Element {
  const isHeard = useSignal(false);
  const doing = useDoing();
  const isOwn = one.officer_id === session.me.value?.officer_id;
  // The fingerprints are computed here from the keys: what the server says they are is not what a person should compare.
  const own = { identity: keyId(unb64u(one.identity_public)), signing: signerId(unb64u(one.signing_public, 32)) };
  const compared = () =>
    doing.run(async () => {
      await api.admissionCompared(one.officer_id, one.key_id, one.signer_id);
      await reload();
    });
  const refuse = () =>
    doing.run(async () => {
      await api.refuseAdmission(one.officer_id);
      onRefused();
      await reload();
    });
  return (
    <section class="admission" aria-label={one.name}>
      <h3>
        {one.name} <small>{roleName(one.role)}</small>
      </h3>
      <Fingerprints identity={fingerprint(own.identity)} signing={fingerprint(own.signing)} />
      {one.compared ? (
        <p>{t("Compared. They are in the next directory that is signed.")}</p>
      ) : isOwn ? (
        <p>{t("Somebody else compares these with you.")}</p>
      ) : !one.may_compare ? (
        <p>{t("A supervisor of the team compares this.")}</p>
      ) : (
        <>
          <p>{t("Meet or call them at a number that you know. Let them read theirs aloud. Every group must be the same.")}</p>
          <label class="check">
            <input type="checkbox" checked={isHeard.value} onChange={(event) => (isHeard.value = event.currentTarget.checked)} />
            {t("I heard them myself and every group is the same")}
          </label>
          <div class="buttons">
            <Button disabled={!isHeard.value} busy={doing.busy.value} onPress={() => void compared()}>
              {t("Let them in")}
            </Button>
            <Button kind="outline" busy={doing.busy.value} onPress={() => void refuse()}>
              {t("They differ: refuse")}
            </Button>
          </div>
        </>
      )}
      <Refused doing={doing} />
    </section>
  );
}
