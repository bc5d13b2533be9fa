/** The stage: one place per bot, its phones, the notes; follows the simulator's events. */

import { h, icon, post } from "./dom.js";
import { PhoneView } from "./phone.js";

const NAMES = ["Arta", "Luan", "Mila", "Jovan", "Ajshe", "Besnik", "Dragana", "Ramiz"];
const stage = document.querySelector(".stage");
const panes = document.querySelector(".panes");
const dialog = document.querySelector(".new-person");
const lost = document.querySelector(".link-state");

const places = new Map();
const phones = new Map();
const notes = notesPanel();
let asking = null;

function placeFor({ username, label }) {
  const people = h("div.people", { role: "group", "aria-label": `Phones: ${label}` });
  const add = h("button.add", { type: "button", onclick: () => ask(username) }, icon("plus"), "New person");
  const element = h("section.place", { "aria-label": label }, h("header", {}, h("h2", {}, label), people, add));
  const place = { username, label, people, element, chosen: null, opened: false };
  stage.insertBefore(element, notes.element);
  return place;
}

function drawRoster({ bots, phones: listed }) {
  for (const bot of bots) {
    if (!places.has(bot.username)) places.set(bot.username, placeFor(bot));
  }
  const present = new Set(listed.map(({ id }) => id));
  for (const [id, view] of phones) {
    if (!present.has(id)) {
      view.element.remove();
      phones.delete(id);
    }
  }
  for (const { id, bot } of listed) {
    if (phones.has(id)) continue;
    const view = new PhoneView(id);
    view.bot = bot;
    phones.set(id, view);
    places.get(bot).element.append(view.element);
    places.get(bot).chosen = id;
  }
  for (const place of places.values()) {
    if (!phones.has(place.chosen)) place.chosen = listed.findLast(({ bot }) => bot === place.username)?.id ?? null;
    if (place.chosen === null && !place.opened) firstPhone(place);
    drawPeople(place);
  }
  drawPanes();
}

/** Nobody is on stage yet: put somebody there. */
function firstPhone(place) {
  place.opened = true;
  const index = [...places.values()].indexOf(place);
  openPhone(place.username, { first_name: NAMES[index % NAMES.length], language_code: "sq" });
}

function openPhone(bot, person) {
  return post("phones", { bot, ...person }).catch((error) => { lost.hidden = false; lost.textContent = error.message; });
}

function drawPeople(place) {
  const own = [...phones.values()].filter(({ bot }) => bot === place.username);
  for (const view of own) view.element.hidden = view.id !== place.chosen;
  const looks = JSON.stringify([place.chosen, own.map(({ id, picture }) => [id, picture?.person])]);
  if (place.looks === looks) return;
  place.looks = looks;
  place.people.replaceChildren(
    ...own.map((view) => {
      const { name, language } = view.picture?.person ?? { name: "…", language: "" };
      const onclick = () => {
        place.chosen = view.id;
        drawPeople(place);
      };
      return h("button", { type: "button", "aria-pressed": String(view.id === place.chosen), onclick }, `${name} `, h("small", {}, language));
    }),
  );
  const chosen = place.people.querySelector('[aria-pressed="true"]');
  if (chosen) place.people.scrollLeft = chosen.offsetLeft - place.people.offsetLeft - 24;
}

/** On a narrow screen one pane shows at a time. */
function drawPanes() {
  const all = [...places.values()].map(({ label, element }) => ({ label, element }));
  if (!notes.element.hidden) all.push({ label: "Notes", element: notes.element });
  if (!all.some(({ element }) => element.classList.contains("chosen"))) all[0]?.element.classList.add("chosen");
  panes.replaceChildren(
    ...all.map(({ label, element }) => {
      const onclick = () => {
        for (const other of all) other.element.classList.toggle("chosen", other.element === element);
        drawPanes();
      };
      return h("button", { type: "button", "aria-pressed": String(element.classList.contains("chosen")), onclick }, label);
    }),
  );
}

function notesPanel() {
  const list = h("ol", { tabindex: "0", "aria-label": "Notes" });
  const element = h("aside.notes", { "aria-label": "Notes", hidden: true }, h("h2", {}, "What happens behind"), list);
  stage.append(element);
  return { element, list };
}

/** The newest on top. */
function drawNotes(listed) {
  notes.element.hidden = listed.length === 0;
  notes.list.replaceChildren(
    ...listed.toReversed().map(({ title, command, output, link }) =>
      h(
        "li.note",
        {},
        h("h3", {}, title),
        link ? h("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link) : "",
        ...(command ? linesOf(command).map((line) => h("code", {}, line)) : []),
        output ? h("pre", { tabindex: "0", "aria-label": `Output: ${title}` }, ...linesOf(output).map((line) => h("span", {}, line))) : "",
      ),
    ),
  );
  drawPanes();
}

/** Lines, each of which is an element of its own, so that a long one hangs under its beginning. */
function linesOf(words) {
  return words.trimEnd().split("\n");
}

function ask(username) {
  asking = username;
  const count = [...phones.values()].length;
  dialog.querySelector("input").value = NAMES[count % NAMES.length];
  dialog.returnValue = "";
  dialog.showModal();
}

dialog.addEventListener("close", () => {
  if (dialog.returnValue !== "open") return;
  openPhone(asking, Object.fromEntries(new FormData(dialog.querySelector("form"))));
});

document.querySelector(".theme").addEventListener("click", () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const root = document.documentElement;
  const now = root.dataset.theme || (dark ? "dark" : "light");
  root.dataset.theme = now === "dark" ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});
const remembered = localStorage.getItem("theme");
if (remembered) document.documentElement.dataset.theme = remembered;

const events = new EventSource("events");
events.addEventListener("open", () => { lost.hidden = true; });
events.addEventListener("error", () => { lost.hidden = false; });
events.addEventListener("roster", (event) => drawRoster(JSON.parse(event.data)));
events.addEventListener("notes", (event) => drawNotes(JSON.parse(event.data)));
events.addEventListener("phone", (event) => {
  const picture = JSON.parse(event.data);
  const view = phones.get(picture.id);
  view?.update(picture);
  if (view) drawPeople(places.get(view.bot));
});
setInterval(() => { for (const view of phones.values()) view.tick(); }, 10_000);
