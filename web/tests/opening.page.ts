/** A page of the tests: opens cases as the desk does, tells how long it took, and tries to make a Worker. */

import { unb64u } from "../src/sealing/encoding.ts";
import { Identity } from "../src/sealing/identity.ts";
import { openCase, openTeamWrap } from "../src/sealing/open/index.ts";
import { verifyDirectory } from "../src/sealing/signed_directory.ts";

interface Given {
  readonly identity: string;
  readonly team_wrap: unknown;
  readonly root_public_key: string;
  readonly document: string;
  readonly signature: string;
  readonly files: readonly unknown[];
}

interface Timed {
  readonly unlocked: number;
  readonly first: number;
  readonly all: number;
  readonly entries: number;
  readonly broken: number;
}

let openAgain: () => Promise<Timed>;

async function timed(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

async function openThem(given: Given): Promise<Timed> {
  let [entries, broken] = [0, 0];
  const reader = await reads(given);
  const open = async (file: unknown) => {
    const { report } = await openCase(file, reader.as);
    entries += report.entries.filter((entry) => entry.plaintext !== null).length;
    broken += report.broken.length;
  };
  const all = async () => void (await Promise.all(given.files.map(open)));
  const first = await timed(() => open(given.files[0]));
  openAgain = async () => {
    [entries, broken] = [0, 0];
    return { unlocked: reader.took, first, all: await timed(all), entries, broken };
  };
  return openAgain();
}

async function reads(given: Given) {
  const begin = performance.now();
  const signed = { document: unb64u(given.document), signature: unb64u(given.signature) };
  const trust = verifyDirectory(signed, unb64u(given.root_public_key));
  const identity = await Identity.fromSeed(unb64u(given.identity));
  const teams = [await openTeamWrap(identity, given.team_wrap)];
  return { as: { identity, teams, trust, blobsLater: true }, took: performance.now() - begin };
}

/** Every way to run a script elsewhere than on the page; each tells what came of it. */
const ELSEWHERE: Readonly<Record<string, () => unknown>> = {
  "a Worker": () => new Worker("/page.js", { type: "module" }),
  "a Worker of a URL": () => new Worker(new URL("/page.js", location.href), { type: "module" }),
  "a Worker of a Blob": () => new Worker(URL.createObjectURL(new Blob(["0"]))),
  "a SharedWorker": () => new SharedWorker("/page.js", { type: "module" }),
  "a service worker": () => navigator.serviceWorker.register("/page.js"),
  "a policy": () => policies().createPolicy("x", { createScriptURL: (address: string) => address }),
  "the default policy": () => policies().createPolicy("default", { createScriptURL: (address: string) => address }),
  "the policy of an empty frame": () => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    return (frame.contentWindow as unknown as WithPolicies).trustedTypes.createPolicy("x", {});
  },
};

interface WithPolicies {
  readonly trustedTypes: { createPolicy(name: string, rules: object): unknown };
}

function policies() {
  return (globalThis as unknown as WithPolicies).trustedTypes;
}

async function tryElsewhere(): Promise<Record<string, string>> {
  const told: Record<string, string> = {};
  for (const [way, attempt] of Object.entries(ELSEWHERE)) {
    try {
      await attempt();
      told[way] = "made";
    } catch (error) {
      told[way] = (error as Error).name;
    }
  }
  return told;
}

Object.assign(globalThis, { openThem, openAgain: () => openAgain(), tryElsewhere });
