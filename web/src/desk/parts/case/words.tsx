/** Words as they were written: as text, isolated from the page's direction, with what cannot be seen shown as marks. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";

import { t } from "../../texts.ts";
import { SHOWN_AT_ONCE, visible } from "./visible.ts";

/** Somebody's words. */
export function Words({ text }: { text: string }): JSX.Element {
  const isWhole = useSignal(text.length <= SHOWN_AT_ONCE);
  const shown = isWhole.value ? text : text.slice(0, SHOWN_AT_ONCE);
  return (
    <div class="c-words">
      <bdi dir="auto">
        {visible(shown).map((part, at) =>
          part.kind === "text" ? part.text : <span key={at} class="c-mark" title={t("A character that cannot be seen")}>{part.text}</span>,
        )}
      </bdi>
      {!isWhole.value && (
        <button type="button" class="outline secondary" onClick={() => (isWhole.value = true)}>
          {t("Show all of it. Characters: {n}", { n: text.length })}
        </button>
      )}
    </div>
  );
}

/** A short piece of text from outside, within a line. */
export function Piece({ text }: { text: string }): JSX.Element {
  return (
    <bdi>
      {visible(text.slice(0, 300)).map((part, at) => (part.kind === "text" ? part.text : <span key={at} class="c-mark">{part.text}</span>))}
    </bdi>
  );
}
