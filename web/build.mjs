/**
 * Builds what browsers are given into `dist`, and the tests into `build`.
 *
 *   node build.mjs [--out FOLDER]     dist: scripts and style sheets whose names carry their hashes, and bundle.json
 *   node build.mjs tests [FOLDER]     build: every tests/*.ts as a program of Node, every tests/*.page.ts as a script of a page
 *
 * Laws. The same input gives the same bytes, wherever the folder lies. Nothing is inlined into a page. bundle.json lists every file
 * with its SHA-256, so that an operator can compare what is served with what was released.
 */

import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const FORMAT = "amanet-bundle/1";

/** What a page asks for by name, and what it is made of. */
const ENTRIES = { "desk.js": "src/desk/main.tsx", "desk.css": "src/desk/styles/desk.css" };

/** Browsers that have WebCrypto, CSS nesting and private members; X25519 and Ed25519 come with the bundle. */
const TARGET = ["es2022", "chrome109", "firefox115", "safari16.4"];

async function buildPages(out) {
  const made = `${out}.new`;
  await rm(made, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: HERE,
    entryPoints: Object.entries(ENTRIES).map(([name, path]) => ({ in: path, out: name.replace(/\.\w+$/, "") })),
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: TARGET,
    legalComments: "eof", // the licences of the libraries travel with them
    metafile: true,
    outdir: made,
  });
  await writeFile(join(made, "bundle.json"), await listing(made, metafile));
  await rm(out, { recursive: true, force: true });
  await rename(made, out); // a folder that is there is whole
}

async function listing(folder, metafile) {
  const outputs = Object.entries(metafile.outputs).map(([path, { entryPoint }]) => [path.split("/").at(-1), entryPoint]);
  const entries = Object.entries(ENTRIES).map(([name, source]) => [name, outputs.find(([, entry]) => entry === source)[0]]);
  const files = await Promise.all((await readdir(folder)).sort().map((path) => described(folder, path)));
  return `${JSON.stringify({ format: FORMAT, entries: Object.fromEntries(entries), files }, null, 1)}\n`;
}

async function described(folder, path) {
  const raw = await readFile(join(folder, path));
  return { path, sha256: createHash("sha256").update(raw).digest("hex"), bytes: raw.length };
}

async function buildTests(out) {
  const names = (await readdir(join(HERE, "tests"))).filter((name) => /\.tsx?$/.test(name));
  const paths = (isWanted) => names.filter(isWanted).map((name) => `tests/${name}`);
  const common = { absWorkingDir: HERE, bundle: true, format: "esm", outdir: out, outExtension: { ".js": ".mjs" } };
  await rm(out, { recursive: true, force: true });
  await build({
    ...common,
    entryPoints: paths((name) => !name.endsWith(".page.ts")),
    platform: "node",
    target: "node20",
    loader: { ".css": "empty" },
    sourcemap: "inline",
  });
  await build({ ...common, entryPoints: paths((name) => name.endsWith(".page.ts")), minify: true, target: TARGET });
}

const [what, where] = process.argv.slice(2);
if (what === "tests") await buildTests(resolve(where ?? join(HERE, "build")));
else await buildPages(resolve(what === "--out" ? where : join(HERE, "dist")));
