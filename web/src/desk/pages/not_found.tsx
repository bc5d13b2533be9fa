/** A page that is not there, or not for this role. */

import type { JSX } from "preact";

import { firstPage } from "../pages.tsx";
import { Heading } from "../parts/forms.tsx";
import { href } from "../router.ts";
import { session } from "../session.ts";
import { t } from "../texts.ts";

export function NotFoundPage(): JSX.Element {
  const role = session.me.value?.role ?? "officer";
  return (
    <section>
      <Heading>{t("There is no such page")}</Heading>
      <p>{t("It is not there, or it is not for you.")}</p>
      <p>
        <a href={href(firstPage(role))}>{t("To the first page")}</a>
      </p>
    </section>
  );
}
