/**
 * What becomes of the messages of the case before one's eyes: no entry tells of it, so the page asks, and keeps no session alive by it.
 */

import { useEffect } from "preact/hooks";

import * as api from "../../api.ts";
import type { B64u } from "../../api/shapes.ts";
import { known, renewWays } from "./store.ts";

/** As often as the server beats. */
const ASKS_EVERY = 10_000;

/** Ask again and again while the case is open and the page is looked at. */
export function useFollowing(caseId: B64u): void {
  useEffect(() => {
    const timer = setInterval(() => {
      if (known.value.has(caseId) && !document.hidden) void follow(caseId);
    }, ASKS_EVERY);
    return () => clearInterval(timer);
  }, [caseId]);
}

async function follow(caseId: B64u): Promise<void> {
  try {
    renewWays(caseId, await api.ways(caseId));
  } catch {
    // What stands there has its time beside it; the next look tries again.
  }
}
