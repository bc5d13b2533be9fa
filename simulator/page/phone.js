/** One phone: the frame, the chat, the lock screen, and the tools below it. */

import { bubble } from "./bubbles.js";
import { Composer } from "./composer.js";
import { clockOf, dayOf, h, icon, post } from "./dom.js";

const BUSY = { typing: "typing…", record_voice: "recording…", upload_voice: "sending a recording…" };
const TOAST_LASTS = 3500;

export class PhoneView {
  constructor(id) {
    this.id = id;
    this.drawn = new Map();
    this.toastSeen = null;
    this.noticeSeen = null;
    this.locked = false;
    this.composer = new Composer(this);
    this.avatars = [h("span.avatar", { "aria-hidden": "true" })];
    this.name = h("h3");
    this.sub = h("p");
    this.pinned = h("div.pinned", { hidden: true });
    this.messages = h("div.messages", { role: "log", "aria-live": "polite", tabindex: "0" });
    this.toastPlace = h("div.toast", { role: "status" });
    this.statusTime = h("span");
    this.lock = this.lockScreen();
    this.glass = h(
      "div.glass",
      {},
      h("div.status-bar", { "aria-hidden": "true" }, this.statusTime, h("i")),
      h("div.chat-bar", {}, this.avatars[0], h("div", {}, this.name, this.sub)),
      this.pinned,
      h("div.wall", {}, this.messages),
      this.composer.keys,
      this.composer.form,
      this.toastPlace,
      this.lock,
    );
    this.frame = h("article.phone", {}, this.glass);
    this.tools = this.toolBox();
    this.element = h("div.slot", { hidden: true }, this.frame, this.tools);
    this.tick();
  }

  /** Do something as this person; what is refused shows as a line on the phone. */
  async act(name, asked = {}) {
    try {
      await post(`phones/${this.id}/${name}`, asked);
    } catch (error) {
      this.toast(error.message);
    }
  }

  async send(kind, blob, about) {
    try {
      await post(`phones/${this.id}/send/${kind}?${new URLSearchParams(about)}`, blob);
    } catch (error) {
      this.toast(error.message);
    }
  }

  start() {
    return this.act("start", { payload: this.payload.value.trim() });
  }

  toast(words) {
    const line = h("span", {}, words);
    this.toastPlace.replaceChildren(line);
    setTimeout(() => line.remove(), TOAST_LASTS);
  }

  tick() {
    const now = Date.now() / 1000;
    this.statusTime.textContent = clockOf(now);
    this.clock.textContent = clockOf(now);
    this.date.textContent = new Date().toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
  }

  update(picture) {
    this.picture = picture;
    const initial = picture.name.slice(0, 1).toUpperCase();
    for (const avatar of this.avatars) avatar.textContent = initial;
    this.frame.setAttribute("aria-label", `Phone of ${picture.person.name}`);
    this.messages.setAttribute("aria-label", `Messages with ${picture.name}`);
    this.name.textContent = picture.name;
    this.pinned.hidden = !picture.pinned;
    this.pinned.textContent = picture.pinned;
    this.drawTyping(picture.typing);
    this.drawMessages(picture);
    this.drawToast(picture.toast);
    this.drawLock(picture);
    this.composer.update(picture);
    this.lockButton.textContent = picture.locked ? "Unlock" : "Lock";
    this.blockButton.textContent = picture.blocked ? "Unblock" : "Block";
  }

  drawTyping(typing) {
    clearTimeout(this.typingEnds);
    this.sub.textContent = typing ? BUSY[typing.action] || "busy…" : "bot";
    this.sub.classList.toggle("busy", Boolean(typing));
    if (typing) this.typingEnds = setTimeout(() => this.drawTyping(null), typing.seconds * 1000);
  }

  drawMessages(picture) {
    const list = this.messages;
    const nearEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 90;
    const present = new Set(picture.messages.map(({ id }) => String(id)));
    for (const [id, { node }] of this.drawn) {
      if (!present.has(id)) {
        this.leave(node);
        this.drawn.delete(id);
      }
    }
    let grew = false;
    for (const message of picture.messages) grew = this.drawMessage(message) || grew;
    this.drawDay(picture);
    if (grew || nearEnd) list.scrollTop = list.scrollHeight;
  }

  /** Draw one message if it is new or changed; true if it is new. */
  drawMessage(message) {
    const id = String(message.id);
    const text = JSON.stringify(message);
    const known = this.drawn.get(id);
    if (known?.text === text) return false;
    const node = bubble(message, {
      press: (messageId, what) => this.act("press", { what, message_id: messageId }),
      edit: (chosen) => this.composer.correct(chosen),
      remove: (messageId) => this.act("delete", { message_id: messageId }),
      media: (messageId) => `phones/${this.id}/media/${messageId}`,
    });
    if (known) this.swap(known.node, node);
    else this.messages.append(node);
    this.drawn.set(id, { text, node });
    return !known;
  }

  /** Replace an edited message; focus stays at the same place among its buttons. */
  swap(old, node) {
    const at = [...old.querySelectorAll(".key")].indexOf(document.activeElement);
    node.querySelector(".bubble").classList.add("changed");
    old.replaceWith(node);
    if (at >= 0) {
      const keys = node.querySelectorAll(".key");
      (keys[Math.min(at, keys.length - 1)] || this.messages).focus({ preventScroll: true });
    }
  }

  leave(node) {
    if (node.contains(document.activeElement)) this.messages.focus({ preventScroll: true });
    node.classList.add("leaving");
    node.setAttribute("aria-hidden", "true");
    setTimeout(() => node.remove(), 170);
  }

  drawDay(picture) {
    const { started, messages, about } = picture;
    const day = messages.length ? dayOf(messages[0].date) : "";
    const text = day ? `day ${day}` : started ? "empty" : `intro ${about.description}`;
    if (text === this.drawnTop) return;
    this.drawnTop = text;
    this.top?.remove();
    if (day) this.top = h("div.day", {}, day);
    else if (!started && about.description) this.top = h("div.intro", {}, h("strong", {}, "What can this bot do?"), about.description);
    else this.top = h("div.day", {}, "No messages here");
    this.messages.prepend(this.top);
  }

  drawToast(toast) {
    const number = toast?.number ?? 0;
    const fresh = this.toastSeen !== null && number > this.toastSeen;
    this.toastSeen = number;
    if (!fresh) return;
    if (toast.alert) this.alert(toast.text);
    else this.toast(toast.text);
  }

  alert(words) {
    const dialog = h("dialog", { "aria-label": "Answer of the bot" }, h("form", { method: "dialog" }, h("p", {}, words), h("div.row", {}, h("button.main", {}, "OK"))));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  lockScreen() {
    this.clock = h("div.clock");
    this.date = h("div.date");
    this.notices = h("ul", { "aria-live": "polite", "aria-label": "Notifications on the lock screen" });
    this.open = h("button.open", { type: "button", onclick: () => this.act("unlock") }, "Open the chat");
    return h("div.lock", { hidden: true, role: "group", "aria-label": "Lock screen" }, this.clock, this.date, this.notices, this.open);
  }

  drawLock(picture) {
    const changed = picture.locked !== this.locked;
    const focused = this.glass.contains(document.activeElement);
    this.locked = picture.locked;
    this.lock.hidden = !picture.locked;
    for (const part of this.glass.children) if (part !== this.lock) part.inert = picture.locked;
    if (changed && focused) (picture.locked ? this.open : this.messages).focus({ preventScroll: true });
    this.notices.replaceChildren(...picture.notices.map((notice) => this.notice(notice, picture)));
    if (!picture.notices.length) this.notices.append(h("p.none", {}, "No notifications"));
    const newest = Math.max(0, ...picture.notices.map(({ id }) => id));
    const before = this.noticeSeen ?? newest;
    const loud = picture.notices.some(({ id, silent }) => id > before && !silent);
    if (loud && picture.locked) this.buzz();
    this.noticeSeen = Math.max(newest, before);
  }

  notice(notice, picture) {
    const when = h("span", {}, ...(notice.silent ? [icon("mute"), h("span.unseen", {}, "without sound")] : []), "now");
    const avatar = h("span.avatar", { "aria-hidden": "true" }, picture.name.slice(0, 1).toUpperCase());
    return h("li", {}, avatar, h("div", {}, h("b", {}, notice.title, when), h("p", {}, notice.preview)));
  }

  buzz() {
    this.frame.classList.remove("buzz");
    void this.frame.offsetWidth;
    this.frame.classList.add("buzz");
  }

  toolBox() {
    this.payload = h("input", { maxlength: "64", pattern: "[A-Za-z0-9_\\-]*", autocomplete: "off", spellcheck: "false", placeholder: "none" });
    const startForm = h(
      "form",
      { onsubmit: (event) => { event.preventDefault(); this.start(); } },
      h("label", {}, "Code in the link", this.payload),
      h("button.main", {}, "Open link"),
    );
    this.lockButton = h("button", { type: "button", onclick: () => this.act(this.locked ? "unlock" : "lock") }, "Lock");
    this.blockButton = h("button.danger", { type: "button", onclick: () => this.act(this.picture.blocked ? "unblock" : "block") }, "Block");
    const clear = h("button", { type: "button", onclick: () => this.act("clear") }, "Clear");
    const away = h("button", { type: "button", onclick: () => this.putAway() }, "Put away");
    return h("div.tools", { role: "group", "aria-label": "What can be done with this phone" }, h("div.row", {}, this.lockButton, clear, this.blockButton, away), startForm);
  }

  async putAway() {
    await post(`phones/${this.id}`, {}, { method: "DELETE" }).catch((error) => this.toast(error.message));
  }
}
