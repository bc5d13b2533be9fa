/**
 * Which mailboxes an answer may be sealed to: those that intake named in the case when it gave the reporter a secret code.
 *
 * Laws. What the server offers is never believed by itself: a key is recognised by the id that is computed from it here. Only the last
 * unbroken entry counts, for a new code replaces the one before.
 */

import { b64u, unb64u } from "../sealing/encoding.ts";
import { Recipient } from "../sealing/identity.ts";

/** What of an opened entry counts here. */
export interface Judged {
  readonly role: string | null;
  readonly plaintext: Readonly<Record<string, unknown>> | null;
  readonly broken: readonly string[];
}

/** The mailboxes to seal to, and how many more were offered that the reporter never asked for. */
export interface Mailboxes {
  readonly asked: readonly Recipient[];
  readonly strangers: number;
}

/** Tell the reporter's mailbox from whatever else the server offers. */
export function mailboxesOf(entries: readonly Judged[], offered: readonly { readonly public_key: string }[]): Mailboxes {
  const named = namedByIntake(entries);
  const asked = offered.map((one) => parsed(one.public_key)).filter((one) => one !== null && b64u(one.keyId) === named);
  return { asked: asked as readonly Recipient[], strangers: offered.length - asked.length };
}

function namedByIntake(entries: readonly Judged[]): unknown {
  const given = entries.findLast(({ role, plaintext, broken }) =>
    role === "intake" && broken.length === 0 && plaintext?.["kind"] === "status" && plaintext["status"] === "receipt-given");
  return given?.plaintext?.["mailbox"] ?? null;
}

function parsed(publicKey: string): Recipient | null {
  try {
    return Recipient.fromBytes(unb64u(publicKey));
  } catch {
    return null;
  }
}
