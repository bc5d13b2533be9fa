/** Parts of forms: a labelled field with its hint, a button that shows that it works, a dialog, a heading that takes the focus. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { t } from "../texts.ts";

interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly type?: "text" | "password";
  readonly lines?: number;
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly autocomplete?: string;
  readonly numeric?: boolean;
  readonly autofocus?: boolean;
}

/** A labelled field. */
export function Field(props: FieldProps): JSX.Element {
  const id = useId();
  const place = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useEffect(() => {
    if (props.autofocus) place.current?.focus();
  }, []);
  const shared = {
    id,
    ref: place,
    value: props.value,
    required: props.required ?? false,
    maxLength: props.maxLength ?? 200,
    spellcheck: false,
    "aria-describedby": props.hint ? `${id}-hint` : undefined,
    onInput: (event: { currentTarget: { value: string } }) => props.onValue(event.currentTarget.value),
  } as const;
  const line = { autocomplete: props.autocomplete ?? "off", autocapitalize: "none" } as const;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.lines ? (
        <textarea {...shared} rows={props.lines} />
      ) : props.type === "password" ? (
        <input {...shared} {...line} type="password" />
      ) : (
        <input {...shared} {...line} type="text" inputMode={props.numeric ? "numeric" : "text"} />
      )}
      {props.hint && <small id={`${id}-hint`}>{props.hint}</small>}
    </div>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly options: readonly { readonly value: string; readonly name: string; readonly lang?: string }[];
}

/** A labelled choice. */
export function Select({ label, value, onValue, options }: SelectProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {options.map((one) => (
          <option key={one.value} value={one.value} lang={one.lang} selected={one.value === value}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onPress?: () => void;
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly kind?: "primary" | "secondary" | "contrast" | "outline";
  readonly title?: string;
}

/** A button; without `onPress` it submits its form. While busy it can be read but not pressed. */
export function Button({ children, onPress, busy, disabled, kind = "primary", title }: ButtonProps): JSX.Element {
  const look = kind === "outline" ? "outline secondary" : kind === "primary" ? "" : kind;
  return (
    <button
      type={onPress ? "button" : "submit"}
      class={look}
      title={title}
      disabled={disabled ?? false}
      aria-busy={busy ? "true" : undefined}
      onClick={onPress ? () => !busy && onPress() : undefined}
    >
      {children}
    </button>
  );
}

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus inside and gives it back; Escape and "Close" close it. */
export function Dialog({ title, onClose, children }: DialogProps): JSX.Element {
  const id = useId();
  const place = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = place.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={place} aria-labelledby={id} onCancel={(event) => (event.preventDefault(), onClose())}>
      <article>
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="outline secondary" onClick={onClose}>
            {t("Close")}
          </button>
        </header>
        {children}
      </article>
    </dialog>
  );
}

/** The heading of a page: it takes the focus when the page opens, so that a screen reader says where the person is. */
export function Heading({ children }: { children: ComponentChildren }): JSX.Element {
  const place = useRef<HTMLHeadingElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <h1 ref={place} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** Text that can be copied with one press, for codes and links. */
export function Copyable({ label, text }: { label: string; text: string }): JSX.Element {
  const copied = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = true;
    } catch {
      copied.value = false;
    }
  };
  return (
    <div class="copyable">
      <code>{text}</code>
      <button type="button" class="outline secondary" onClick={() => void copy()} aria-label={`${t("Copy")}: ${label}`}>
        {t("Copy")}
      </button>
      <span role="status">{copied.value ? t("Copied.") : ""}</span>
    </div>
  );
}

/** A question before something that cannot be taken back lightly. */
export function Sure({ title, children, yes, onYes, onClose }: {
  title: string;
  children: ComponentChildren;
  yes: string;
  onYes: () => void;
  onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <footer>
        <Button onPress={onYes}>{yes}</Button>
      </footer>
    </Dialog>
  );
}
