/** What is broken in a case, at the top, where nobody can miss it. */

import type { JSX } from "preact";

import { t } from "../../texts.ts";
import type { Break } from "./opened.ts";
import { explain } from "./reasons.ts";
import { remembers } from "./store.ts";

/** A break, with the number of its entry where it stands at one. */
function line({ where, reason }: Break): string {
  const at = /^entries\[(\d+)\]/.exec(where)?.[1];
  return at === undefined ? explain(reason, t) : t("Entry {n}: {words}", { n: Number(at) + 1, words: explain(reason, t) });
}

/** Breaks in plain words, each once; what stands at an entry is also said there. */
export function Warnings({ broken }: { broken: readonly Break[] }): JSX.Element {
  const words = [...new Set(broken.map(line))];
  return (
    <>
      <div class="c-warnings" role="alert">
        {words.length > 0 && (
          <>
            <h2>{t("Something is broken in this case")}</h2>
            <ul>
              {words.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
            <p>{t("Do not trust what is marked. Tell your supervisor and the person who runs the server.")}</p>
          </>
        )}
      </div>
      {!remembers.value && (
        <p class="c-remark">{t("This browser does not keep what it saw. It would not notice if entries went missing.")}</p>
      )}
    </>
  );
}
