/** The bar on top: where one can go, who sits here, lock and sign out; before sign-in only language and theme. */

import type { JSX } from "preact";

import type { LanguageCode } from "../api/shapes.ts";
import { isHelpOpen, useKeys } from "../keyboard.ts";
import { allowed, PAGES } from "../pages.tsx";
import { href, route } from "../router.ts";
import { session } from "../session.ts";
import { LANGUAGES, language, speak, t } from "../texts.ts";

/** The desk's bar. */
export function Bar(): JSX.Element {
  const me = session.me.value;
  const isIn = session.standing.value === "open" && me !== null;
  return (
    <header class="bar container-fluid">
      <strong class="name">{t("Desk")}</strong>
      {isIn ? <Places /> : <span class="filler" />}
      {isIn ? <Leaving name={me.name} /> : <LanguageChoice />}
    </header>
  );
}

function Places(): JSX.Element {
  const role = session.me.value?.role ?? "officer";
  const here = route.value.page === "case" ? "queue" : route.value.page;
  return (
    <nav aria-label={t("Pages")}>
      <ul>
        {Object.entries(PAGES).map(([page, { name, ...rest }]) =>
          name && allowed({ name, ...rest }, role) ? (
            <li key={page}>
              <a href={href(page)} aria-current={page === here ? "page" : undefined}>
                {name()}
              </a>
            </li>
          ) : null,
        )}
      </ul>
    </nav>
  );
}

function Leaving({ name }: { name: string }): JSX.Element {
  useKeys([{ key: "L", does: () => t("Lock the desk"), press: () => session.lock() }]);
  return (
    <div class="leaving">
      <span class="who">{name}</span>
      <button type="button" class="outline secondary" onClick={() => (isHelpOpen.value = true)} aria-label={t("Keys of the desk")}>
        ?
      </button>
      <button type="button" class="outline secondary" onClick={() => session.lock()}>
        {t("Lock")}
      </button>
      <button type="button" class="outline secondary" onClick={() => void session.signOut().catch(() => undefined)}>
        {t("Sign out")}
      </button>
    </div>
  );
}

/** The languages under their own names. */
export function LanguageChoice(): JSX.Element {
  return (
    <select
      class="language"
      aria-label={t("Language")}
      value={language.value}
      onChange={(event) => void speak(event.currentTarget.value as LanguageCode).catch(() => undefined)}
    >
      {LANGUAGES.map(({ code, name }) => (
        <option key={code} value={code} lang={code} selected={code === language.value}>
          {name}
        </option>
      ))}
    </select>
  );
}
