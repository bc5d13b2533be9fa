/**
 * The only part of this room that opens a case: reading its file as an officer, a team or recovery would (section 9).
 *
 * Laws. What opens is given even when something else is broken, and nothing that is broken goes unnamed.
 */

export type { OpenedEntry } from "./entries.ts";
export { type OpenedCase, openCase, type OpenedBlob, type Reader, type Remembered, type Report, type Root } from "./report.ts";
export { openBlob, openEntry, openTeamWrap, unwrap } from "./steps.ts";
