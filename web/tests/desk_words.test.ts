/** Hostile words become visible, and folding finds them on any keyboard. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { visible, visibleLine } from "../src/desk/parts/case/visible.ts";
import { SearchIndex } from "../src/desk/search.ts";
import { fold, terms } from "../src/desk/search_fold.ts";

test("markup stays the letters it is made of", () => {
  const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script>&amp;`;
  assert.deepEqual(visible(hostile), [{ kind: "text", text: hostile }]);
});

test("a character that turns the direction of writing is shown as a mark", () => {
  assert.deepEqual(visible("photo\u202Egpj.exe"), [
    { kind: "text", text: "photo" },
    { kind: "mark", text: "RLO" },
    { kind: "text", text: "gpj.exe" },
  ]);
  for (const control of "\u200E\u200F\u061C\u202A\u202B\u202C\u202D\u2066\u2067\u2068\u2069") {
    assert.equal(visible(control)[0]?.kind, "mark");
  }
});

test("what cannot be seen is shown and counted", () => {
  assert.equal(visibleLine("a\u200B\u200B\u200Bb\u0000c\uD800d"), "a⟨ZWSP +2⟩b⟨NUL⟩c⟨U+D800⟩d");
  assert.equal(visibleLine("tag\u{E0041}\u{E0042}"), "tag⟨U+E0041 +1⟩");
});

test("marks that pile up over other lines are counted instead of drawn", () => {
  assert.equal(visibleLine(`e${"\u0301".repeat(30)}!`), "e⟨+30⟩!");
  assert.equal(visibleLine("ë e\u0308 tiê\u0301ng"), "ë e\u0308 tiê\u0301ng");
});

test("honest writing has no marks: letters of four scripts, emoji of several people, line breaks", () => {
  for (const honest of ["Babi më godet.\nKam frikë.", "Плаче сваке вечери.", "rromane ćhavorre ʒ", "👨‍👩‍👧 👍🏽 ❤️ 🏳️‍🌈", "שלום", "a\tb\r\nc"]) {
    assert.ok(visible(honest).every((part) => part.kind === "text"), JSON.stringify(visible(honest)));
  }
});

test("folding takes away marks and script", () => {
  for (const [typed, stood] of [["prizren", "Призрен"], ["kosove", "Kosovë"], ["djak", "đak"], ["djak", "ђак"], ["cerka", "ћерка"], ["kurre", "KURRË"]]) {
    assert.equal(fold(stood ?? "").text, fold(typed ?? "").text);
  }
  assert.deepEqual(terms("  Babi   MË "), ["babi", "me"]);
});

test("a case is found when each word of the question is somewhere in it, and the match is shown as it stands", () => {
  const index = new SearchIndex();
  index.put("one", [
    { where: "designation", text: "calm-river-07" },
    { where: "words", text: `${"x ".repeat(60)}Ђорђе плаче сваке вечери ${"y ".repeat(60)}` },
  ]);
  index.put("two", [{ where: "designation", text: "green-cedar-11" }]);

  assert.deepEqual(index.find("djordje river").map((found) => found.case_id), ["one"]);
  const words = index.find("djordje")[0]?.snippets[0]?.parts ?? [];
  assert.deepEqual(words.filter((part) => part.hit).map((part) => part.text), ["Ђорђе"]);
  assert.equal(words[0]?.text, "…");
  assert.deepEqual(index.find("djordje cedar"), []);
  assert.deepEqual(index.find("   "), []);
  index.put("one", []);
  assert.deepEqual(index.find("river"), []);
  index.clear();
  assert.equal(index.size, 0);
});

test("half of a letter that folds to two does not cut it", () => {
  const index = new SearchIndex();
  index.put("one", [{ where: "words", text: "међу" }]);
  assert.deepEqual(index.find("med")[0]?.snippets[0]?.parts, [{ text: "међ", hit: true }, { text: "у", hit: false }]);
});
