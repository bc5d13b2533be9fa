/**
 * What becomes of a message to the reporter: by which ways it goes, and whether anything tells them of it.
 *
 * Laws. How a reporter wants to be answered stands in the case, under intake's signature, and nowhere at the server; the server only
 * says whether the way to a chat is still kept. A chat gets a message where one was wished for there (with a notice, at the hours that
 * were chosen), or where nobody was asked yet (the open card shows it and nothing new comes up): intake carries it nowhere else. So
 * nothing is sealed to a chat that would not show it.
 */

import { mailboxesOf, type Judged } from "./mailboxes.ts";
import type { Recipient } from "../sealing/identity.ts";

/** What the server says of the ways to a reporter. */
export interface Offered {
  readonly relay: boolean;
  readonly mailboxes: readonly { readonly public_key: string }[];
}

/** `by_code`: an answer is wished for, and not in the chat; `unwished`: none was asked for; `gone`: the way to the chat is not kept. */
export type InChat = "notice" | "quiet" | "by_code" | "unwished" | "gone";

export interface Ways {
  readonly chat: InChat;
  /** The code of the hours at which a notice may come; null for any time. */
  readonly hours: string | null;
  readonly asked: readonly Recipient[];
  readonly strangers: number;
}

const HOURS = new Set(["morning", "afternoon", "evening"]);

/** Tell the ways of a message to the reporter of this case. */
export function waysOf(entries: readonly Judged[], offered: Offered): Ways {
  const { contact, hours } = chosen(entries);
  return { ...mailboxesOf(entries, offered.mailboxes), chat: inChat(contact, offered.relay), hours: hours !== null && HOURS.has(hours) ? hours : null };
}

export const goesToChat = ({ chat }: Ways): boolean => chat === "notice" || chat === "quiet";

/** Whether a message reaches anybody at all. */
export const reachesSomebody = (ways: Ways): boolean => goesToChat(ways) || ways.asked.length > 0;

function inChat(contact: string | null, isKept: boolean): InChat {
  if (contact === "receipt") return "by_code";
  if (contact !== null && contact !== "here") return "unwished";
  if (!isKept) return "gone";
  return contact === null ? "quiet" : "notice";
}

interface Chosen {
  readonly contact: string | null;
  readonly hours: string | null;
}

/** The reporter's last word about an answer; who chooses anew chooses the hours anew. */
function chosen(entries: readonly Judged[]): Chosen {
  let last: Chosen = { contact: null, hours: null };
  for (const item of entries.filter(({ role, broken }) => role === "intake" && broken.length === 0).flatMap(answersOf)) {
    const { step, value, hours } = item;
    if (step === "contact" && typeof value === "string") last = { contact: value, hours: typeof hours === "string" ? hours : null };
    if (step === "hours" && typeof value === "string") last = { ...last, hours: value };
  }
  return last;
}

type Loose = Readonly<Record<string, unknown>>;

function answersOf({ plaintext }: Judged): readonly Loose[] {
  if (plaintext?.["kind"] === "answer") return [plaintext];
  const items: unknown = plaintext?.["kind"] === "answers" ? plaintext["items"] : null;
  return Array.isArray(items) ? items.filter((one: unknown): one is Loose => typeof one === "object" && one !== null) : [];
}
