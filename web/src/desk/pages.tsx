/** The table of pages: where, for whom, and whether the navigation names it. */

import type { JSX } from "preact";

import type { Role } from "./api/shapes.ts";
import { AuditPage } from "./pages/audit.tsx";
import { CasePage } from "./pages/case.tsx";
import { CeremonyPage } from "./pages/ceremony.tsx";
import { DirectoryPage } from "./pages/directory.tsx";
import { NotFoundPage } from "./pages/not_found.tsx";
import { PeoplePage } from "./pages/people.tsx";
import { QueuePage } from "./pages/queue.tsx";
import { SettingsPage } from "./pages/settings.tsx";
import { t } from "./texts.ts";

export interface Page {
  readonly who: readonly Role[];
  /** Its name in the navigation; null where it is reached from another page. */
  readonly name: (() => string) | null;
  readonly show: (argument: string | null) => JSX.Element;
}

const READERS: readonly Role[] = ["officer", "supervisor"];
const EVERYBODY: readonly Role[] = ["officer", "supervisor", "administrator"];

export const PAGES: Readonly<Record<string, Page>> = {
  queue: { who: READERS, name: () => t("Cases"), show: () => <QueuePage /> },
  case: { who: READERS, name: null, show: (caseId) => (caseId ? <CasePage caseId={caseId} /> : <NotFoundPage />) },
  ceremony: { who: ["administrator"], name: () => t("First steps"), show: () => <CeremonyPage /> },
  people: { who: EVERYBODY, name: () => t("People and keys"), show: () => <PeoplePage /> },
  directory: { who: ["administrator"], name: () => t("Directory"), show: () => <DirectoryPage /> },
  audit: { who: ["supervisor", "administrator"], name: () => t("Who opened what"), show: () => <AuditPage /> },
  settings: { who: EVERYBODY, name: () => t("Settings"), show: () => <SettingsPage /> },
};

/** Whether somebody of this role may see a page. The server decides what they get; this only spares them a refusal. */
export function allowed(page: Page, role: Role): boolean {
  return page.who.includes(role);
}

/** The page that somebody of this role begins with. */
export function firstPage(role: Role): string {
  return role === "administrator" ? "ceremony" : "queue";
}
