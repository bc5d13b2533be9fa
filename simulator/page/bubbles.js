/** One message as an element: words, media, stamp, buttons. */

import { clockOf, h, icon, iconButton, lengthOf } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code", blockquote: "q" };
const CARDS = { document: "file", location: "pin", contact: "person", video: "image", video_note: "image", animation: "image", poll: "menu", other: "file" };
const NAMES = { document: "File", location: "Location", contact: "Contact", video: "Video", video_note: "Video message", animation: "GIF", poll: "Poll", audio: "Audio", other: "Message" };

/** Build a message. `acts` is what can be done with it: press, edit, remove, media. */
export function bubble(message, acts) {
  const keys = message.rows.length > 0;
  const item = h(`div.message${message.mine ? ".mine" : ""}${keys ? ".has-keys" : ""}${message.protected ? ".protected" : ""}`);
  item.dataset.id = message.id;
  const body = h(
    `div.bubble`,
    {},
    h("span.unseen", {}, message.mine ? "You: " : "Bot: "),
    message.forwarded ? h("span.forwarded", {}, "Forwarded message") : "",
    message.reply ? h("span.quote", {}, message.reply) : "",
    ...content(message, acts),
    stamp(message),
  );
  item.append(body);
  if (keys) item.append(keyboard(message, acts));
  if (message.mine) item.append(ownTools(message, acts));
  return item;
}

function content(message, acts) {
  const words = message.text ? [h("span.words", {}, ...styled(message.text, message.entities))] : [];
  switch (message.kind) {
    case "text":
      return words;
    case "voice":
    case "audio":
      return [player(message, acts.media(message.id)), ...words];
    case "photo":
      return [h("img", { src: acts.media(message.id), alt: "Photo", loading: "lazy" }), ...words];
    case "sticker":
      return [h("span.sticker", { role: "img", "aria-label": "Sticker" }, message.label || "🙂")];
    default:
      return [cardLine(message, acts), ...words];
  }
}

function cardLine(message, acts) {
  const name = message.label || NAMES[message.kind] || "Message";
  const place = message.point ? message.point.map((degree) => degree.toFixed(4)).join(", ") : "";
  const label = place ? `Location ${place}` : name;
  const download = message.media && !message.protected;
  const shown = download ? h("a", { href: acts.media(message.id), download: name }, label) : h("span", {}, label);
  return h("span.card-line", {}, icon(CARDS[message.kind] || "file"), shown);
}

function stamp(message) {
  return h(
    "span.stamp",
    {},
    message.protected ? icon("shield") : "",
    message.protected ? h("span.unseen", {}, "cannot be forwarded or saved") : "",
    message.edited ? "edited " : "",
    clockOf(message.date),
    message.mine ? icon("ticks") : "",
  );
}

function keyboard(message, acts) {
  return h(
    "div.keys",
    { role: "group", "aria-label": "Buttons of this message" },
    ...message.rows.map((row) => h("div", {}, ...row.map((button) => key(button, message, acts)))),
  );
}

function key(button, message, acts) {
  const classes = `.key${button.style ? `.${button.style}` : ""}`;
  if (button.url) {
    return h(`a${classes}`, { href: safe(button.url), target: "_blank", rel: "noopener noreferrer" }, button.label, icon("link"));
  }
  const onclick = async (event) => {
    const pressed = event.currentTarget;
    pressed.classList.add("waiting");
    if (button.copies) await navigator.clipboard?.writeText(button.copies).catch(() => {});
    else await acts.press(message.id, button.data ?? button.label);
    pressed.classList.remove("waiting");
  };
  return h(`button${classes}`, { type: "button", onclick }, button.label);
}

/** Only web links are followed from here. */
function safe(url) {
  return /^https?:\/\//.test(url) ? url : null;
}

function ownTools(message, acts) {
  const tools = h("div.own-tools");
  if (message.kind === "text") tools.append(iconButton("pen", "Edit this message", () => acts.edit(message)));
  tools.append(iconButton("bin", "Delete this message", () => acts.remove(message.id)));
  return tools;
}

function player(message, address) {
  const sound = new Audio();
  sound.preload = "none";
  const done = h("i");
  const time = h("time", {}, lengthOf(message.duration));
  const toggle = iconButton("play", "Play the recording", () => {
    if (!sound.src) sound.src = address;
    if (sound.paused) sound.play().catch(() => { time.textContent = "cannot be played"; });
    else sound.pause();
  });
  const draw = () => {
    toggle.replaceChildren(icon(sound.paused ? "play" : "pause"));
    toggle.setAttribute("aria-label", sound.paused ? "Play the recording" : "Pause the recording");
  };
  sound.addEventListener("play", draw);
  sound.addEventListener("pause", draw);
  sound.addEventListener("timeupdate", () => {
    const length = Number.isFinite(sound.duration) ? sound.duration : message.duration || 1;
    done.style.width = `${Math.min(100, (100 * sound.currentTime) / length)}%`;
    time.textContent = lengthOf(sound.currentTime);
  });
  return h("span.voice", {}, toggle, h("span.bar", { "aria-hidden": "true" }, done), time);
}

/** Words with their entities; offsets are UTF-16 units, as JavaScript counts too. */
export function styled(text, entities) {
  const edges = new Set([0, text.length]);
  for (const { offset, length } of entities) edges.add(offset).add(offset + length);
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, index) => {
    const end = cuts[index + 1];
    const here = entities.filter(({ offset, length }) => offset <= start && offset + length >= end);
    return here.reduceRight((inner, entity) => wrap(inner, entity, text), document.createTextNode(text.slice(start, end)));
  });
}

function wrap(inner, entity, text) {
  switch (entity.type) {
    case "url":
    case "text_link":
      return h("a", { href: safe(entity.url || text.slice(entity.offset, entity.offset + entity.length)), target: "_blank", rel: "noopener noreferrer" }, inner);
    case "bot_command":
      return h("span.command", {}, inner);
    case "spoiler":
      return h("span.spoiler", { tabindex: "0" }, inner);
    default:
      return TAGS[entity.type] ? h(TAGS[entity.type], {}, inner) : inner;
  }
}
