/**
 * Replies: an officer's message on its way to a receipt's mailbox or to a chat (section 7).
 *
 * Laws. Nothing is shown on the page unless `mustBeGenuine` lets it pass and its `message_id` is new.
 */

import { type Directory, isRetired } from "./directory.ts";
import { b64u, type Bytes, ID_BYTES, joined, label, mustBeId, type Rng, timeText, unb64u } from "./encoding.ts";
import { DoesNotOpen, Misuse, NotAccepted } from "./errors.ts";
import type { Identity, Recipient, SigningIdentity } from "./identity.ts";
import { decode, encode, isFromReporter, type Plaintext } from "./plaintext.ts";
import { sha256 } from "./suite.ts";

/** A reply as it lies in the database. */
export interface SealedReply {
  readonly caseId: Bytes;
  readonly messageId: Bytes;
  readonly recipientKeyId: Bytes;
  readonly author: Bytes;
  readonly sealed: Bytes;
  readonly signature: Bytes;
}

/** Which message goes to whom, from whom. */
export interface NewReply {
  readonly recipient: Recipient;
  readonly caseId: Bytes;
  readonly message: Plaintext;
  readonly author: SigningIdentity;
}

/** Seal and sign the JSON of a `message` entry that goes to the reporter. */
export async function sealReply({ recipient, caseId, message, author }: NewReply, rng: Rng): Promise<SealedReply> {
  if (message["kind"] !== "message" || isFromReporter(message)) throw new Misuse("a reply is a message to the reporter");
  const padded = encode(message);
  const messageId = unb64u(message["message_id"], ID_BYTES);
  const sealed = await recipient.seal(info(mustBeId(caseId), messageId, recipient.keyId), padded, rng);
  const unsigned = { caseId, messageId, recipientKeyId: recipient.keyId, author: author.signerId, sealed };
  return { ...unsigned, signature: author.sign(signedPart(unsigned)) };
}

/** Check that an officer of a team that may read the case, not retired, signed this very reply; else refuse it. */
export function mustBeGenuine(reply: SealedReply, directory: Directory, wrappedTo: ReadonlySet<string>, now: number): void {
  const signer = directory.signer(reply.author);
  if (signer?.role !== "officer") throw new NotAccepted("a reply is not an officer's");
  if (isRetired(signer, timeText(now))) throw new NotAccepted("the author of a reply has left");
  if (!directory.ownsAWrap(signer, wrappedTo)) throw new NotAccepted("the author of a reply may not read the case");
  if (!signer.verifier.verify(signedPart(reply), reply.signature)) throw new NotAccepted("a reply is not signed by its author");
}

/** Give the message, or refuse. Only after `mustBeGenuine`. */
export async function openReply(recipient: Identity, reply: SealedReply): Promise<Plaintext> {
  const message = decode(await recipient.open(info(reply.caseId, reply.messageId, recipient.keyId), reply.sealed));
  if (message["kind"] !== "message" || isFromReporter(message)) throw new DoesNotOpen();
  if ((message["message_id"] ?? b64u(reply.messageId)) !== b64u(reply.messageId)) throw new DoesNotOpen();
  return message;
}

function info(caseId: Bytes, messageId: Bytes, recipientKeyId: Bytes): Bytes {
  return joined(label("amanet/v1/reply"), caseId, messageId, recipientKeyId);
}

function signedPart({ caseId, messageId, recipientKeyId, author, sealed }: Omit<SealedReply, "signature">): Bytes {
  return joined(label("amanet/v1/reply-signature"), caseId, messageId, recipientKeyId, author, sha256(sealed));
}
