/**
 * One request to the desk's server, and its refusals as a typed error.
 *
 * Laws. Only our own origin is asked. What comes back is taken for what the contract says only when it has that shape where it
 * matters; a refusal carries codes and never the input. A request that the person did not make carries `quiet=1`, so that it does
 * not keep an abandoned desk open.
 */

export const BASE = "/desk/api";

/** Milliseconds after which a request is given up: a phone without a network must not leave a button waiting for ever. */
const GIVEN_UP_AFTER = 30_000;

export type RefusalCode =
  | "malformed" | "signed_out" | "not_accepted" | "role" | "origin" | "team" | "supervisor" | "not_there" | "conflict" | "expired" | "taken" | "state"
  | "too_large" | "refused" | "slow_down" | "unreachable" | "broken";

/** The server said no, or did not answer (`unreachable`), or answered nonsense (`broken`). */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly reason: string | null;
  /** Seconds to wait before the next try, with `slow_down`. */
  readonly retryAfter: number | null;
  /** How many entries the case has now, with `conflict`. */
  readonly entries: number | null;

  constructor(code: RefusalCode, more: Partial<Pick<Refusal, "status" | "reason" | "retryAfter" | "entries">> = {}) {
    super(code);
    this.code = code;
    this.status = more.status ?? 0;
    this.reason = more.reason ?? null;
    this.retryAfter = more.retryAfter ?? null;
    this.entries = more.entries ?? null;
  }
}

type Listener = (refusal: Refusal) => void;
const signedOut = new Set<Listener>();
let lastAsked = 0;

/** Be told when the server no longer knows our session. */
export function whenSignedOut(listener: Listener): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

/** When the person last asked the server something, in milliseconds since the page was opened. */
export function lastAskedAt(): number {
  return lastAsked;
}

export type Query = Readonly<Record<string, string | number | null | undefined>>;

function address(path: string, query: Query, quiet: boolean): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") parts.set(name, String(value));
  }
  if (quiet) parts.set("quiet", "1");
  const text = parts.toString();
  return `${BASE}${path}${text ? `?${text}` : ""}`;
}

async function ask(path: string, request: RequestInit, query: Query, quiet: boolean): Promise<Response> {
  if (!quiet) lastAsked = performance.now();
  let answer: Response;
  try {
    answer = await fetch(address(path, query, quiet), {
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(GIVEN_UP_AFTER),
      ...request,
    });
  } catch {
    throw new Refusal("unreachable");
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function refusal(answer: Response): Promise<Refusal> {
  let said: Record<string, unknown> = {};
  try {
    const body: unknown = await answer.json();
    if (typeof body === "object" && body !== null) said = body as Record<string, unknown>;
  } catch {
    // A proxy's page in place of our JSON: the status has to be enough.
  }
  const code = typeof said["error"] === "string" ? (said["error"] as RefusalCode) : "broken";
  const wait = Number(answer.headers.get("Retry-After"));
  const made = new Refusal(code, {
    status: answer.status,
    reason: typeof said["reason"] === "string" ? said["reason"] : null,
    retryAfter: Number.isFinite(wait) && wait > 0 ? wait : null,
    entries: typeof said["entries"] === "number" ? said["entries"] : null,
  });
  if (made.code === "signed_out") for (const listener of signedOut) listener(made);
  return made;
}

async function parsed<T>(answer: Response): Promise<T> {
  try {
    return (await answer.json()) as T;
  } catch {
    throw new Refusal("broken", { status: answer.status });
  }
}

/** Read something. */
export async function get<T>(path: string, query: Query = {}, quiet = false): Promise<T> {
  return parsed<T>(await ask(path, { headers: { Accept: "application/json" } }, query, quiet));
}

/** Ask only whether we are still let in, and read nothing of the answer: what refuses an event stream says so to nobody else. */
export async function knock(path: string): Promise<void> {
  const answered = new AbortController();
  try {
    await ask(path, { signal: answered.signal }, {}, true);
  } finally {
    answered.abort();
  }
}

/** Read bytes. */
export async function getBytes(path: string): Promise<Uint8Array> {
  const answer = await ask(path, { headers: { Accept: "application/octet-stream" } }, {}, false);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Change something. */
export async function post<T>(path: string, body: object = {}): Promise<T> {
  const headers = { "Accept": "application/json", "Content-Type": "application/json", "X-Amanet-Desk": "1" };
  return parsed<T>(await ask(path, { method: "POST", headers, body: JSON.stringify(body) }, {}, false));
}
