/** The help of `?`: every key that works on this page. */

import type { JSX } from "preact";

import { isHelpOpen, keys, useKeys } from "../keyboard.ts";
import { t } from "../texts.ts";
import { Dialog } from "./forms.tsx";

/** The dialog of keys, and the key that opens it. */
export function Help(): JSX.Element | null {
  useKeys([{ key: "?", does: () => t("Show these keys"), press: () => (isHelpOpen.value = true) }]);
  if (!isHelpOpen.value) return null;
  return (
    <Dialog title={t("Keys of the desk")} onClose={() => (isHelpOpen.value = false)}>
      <dl class="keys">
        {keys.value.map((one) => (
          <div key={one.key}>
            <dt>
              <kbd>{one.key}</kbd>
            </dt>
            <dd>{one.does()}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
