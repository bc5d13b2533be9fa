/** The bottom of a chat: writing, correcting, recording, attaching, commands, the reply keyboard. */

import { h, icon, iconButton, lengthOf } from "./dom.js";
import { canRecord, record } from "./recorder.js";

const PLACES = [
  ["Prishtina", 42.6629, 21.1655],
  ["Prizren", 42.2139, 20.7397],
  ["Mitrovica", 42.8914, 20.866],
  ["Tirana", 41.3275, 19.8187],
];

export class Composer {
  /** `phone` does things: act(name, asked), send(kind, blob, about), say(words in a toast). */
  constructor(phone) {
    this.phone = phone;
    this.correctingId = null;
    this.state = "";
    this.keys = h("div.reply-keys", { role: "group", "aria-label": "Suggested answers", hidden: true });
    this.form = h("form.composer", { onsubmit: (event) => this.submit(event) });
    this.field = h("textarea", { rows: "1", placeholder: "Message", "aria-label": "Message", maxlength: "8192" });
    this.field.addEventListener("input", () => this.drawEnd());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
    });
    this.end = iconButton("mic", "Record a voice note", () => this.pressEnd(), ".send");
    this.file = h("input", { type: "file", hidden: true, "aria-label": "File to send", tabindex: "-1" });
    this.file.addEventListener("change", () => this.attachFile());
    document.addEventListener("click", (event) => {
      if (!this.form.contains(event.target)) this.closeMenus();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.closeMenus();
    });
  }

  /** Follow the phone: start, unblock, or write. */
  update(picture) {
    this.commands = picture.commands;
    this.drawKeys(picture.keyboard);
    const state = picture.blocked ? "blocked" : !picture.started ? "new" : `open${picture.commands.length ? "+" : ""}`;
    if (state === this.state) return;
    this.state = state;
    if (state === "blocked") this.form.replaceChildren(this.big("Unblock", () => this.phone.act("unblock")));
    else if (state === "new") this.form.replaceChildren(this.big("Start", () => this.phone.start()));
    else this.drawOpen();
  }

  big(label, onclick) {
    return h("button.big", { type: "button", onclick }, label);
  }

  drawOpen() {
    const parts = [this.attachMenu()];
    if (this.commands.length) parts.push(this.commandMenu());
    this.form.replaceChildren(...parts, this.field, this.end, this.file);
    this.drawEnd();
  }

  drawEnd() {
    const writes = this.field.value.trim() !== "" || this.correctingId !== null;
    this.end.replaceChildren(icon(writes ? "send" : "mic"));
    this.end.setAttribute("aria-label", writes ? "Send" : "Record a voice note");
    this.end.title = this.end.getAttribute("aria-label");
  }

  pressEnd() {
    if (this.field.value.trim() || this.correctingId !== null) this.form.requestSubmit();
    else this.startRecording();
  }

  async submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text) return;
    const id = this.correctingId;
    this.field.value = "";
    this.stopCorrecting();
    if (id === null) await this.phone.act("say", { text });
    else await this.phone.act("edit", { text, message_id: id });
  }

  correct(message) {
    this.stopCorrecting();
    this.correctingId = message.id;
    this.field.value = message.text;
    const bar = h("div.correcting", {}, "Editing a message", iconButton("x", "Stop editing", () => {
      this.field.value = "";
      this.stopCorrecting();
    }));
    this.form.append(bar);
    this.drawEnd();
    this.field.focus();
  }

  stopCorrecting() {
    this.correctingId = null;
    this.form.querySelector(".correcting")?.remove();
    this.drawEnd();
  }

  menu(label, name, rows) {
    const list = h("div.menu", { hidden: true });
    const opener = iconButton(name, label, () => {
      const open = list.hidden;
      this.closeMenus();
      list.hidden = !open;
      opener.setAttribute("aria-expanded", String(open));
      if (open) list.querySelector("button")?.focus();
    });
    opener.setAttribute("aria-expanded", "false");
    for (const [drawing, words, onclick] of rows) {
      list.append(h("button", { type: "button", onclick: () => { this.closeMenus(); onclick(); } }, ...(drawing ? [icon(drawing)] : []), words));
    }
    return h("div.attach", {}, opener, list);
  }

  closeMenus() {
    for (const list of this.form.querySelectorAll(".menu")) list.hidden = true;
    for (const opener of this.form.querySelectorAll("[aria-expanded]")) opener.setAttribute("aria-expanded", "false");
  }

  attachMenu() {
    return this.menu("Attach", "clip", [
      ["image", "Photo", () => this.pick("photo", "image/*")],
      ["file", "File", () => this.pick("document", "")],
      ["mic", "Voice note from a file", () => this.pick("voice", "audio/*")],
      ...PLACES.map(([name, latitude, longitude]) => ["pin", `Location: ${name}`, () => this.phone.act("location", { latitude, longitude })]),
      ["smile", "Sticker", () => this.phone.act("sticker")],
      ["person", "My contact", () => this.phone.act("contact")],
    ]);
  }

  commandMenu() {
    const rows = this.commands.map(({ command, description }) => [
      null,
      h("span", {}, h("b", {}, `/${command}`), ` ${description}`),
      () => this.phone.act("say", { text: `/${command}` }),
    ]);
    return this.menu("Commands", "menu", rows);
  }

  pick(kind, accept) {
    this.kind = kind;
    this.file.accept = accept;
    this.file.value = "";
    this.file.click();
  }

  async attachFile() {
    const file = this.file.files[0];
    if (file) await this.phone.send(this.kind, file, { name: file.name });
  }

  async startRecording() {
    if (!canRecord()) {
      this.pick("voice", "audio/*");
      return;
    }
    try {
      this.showRecording(await record());
    } catch {
      this.phone.toast("The microphone is not available; attach a recording as a file instead.");
    }
  }

  showRecording(recording) {
    const time = h("time", {}, "0:00");
    const ticking = setInterval(() => { time.textContent = lengthOf(recording.seconds()); }, 250);
    const close = () => {
      clearInterval(ticking);
      this.drawOpen();
    };
    const cancel = iconButton("bin", "Throw the recording away", async () => {
      await recording.cancel();
      close();
    });
    const finish = iconButton("send", "Send the recording", async () => {
      const { sound, seconds } = await recording.finish();
      close();
      await this.phone.send("voice", sound, { duration: Math.max(1, Math.round(seconds)) });
    }, ".send");
    this.form.replaceChildren(cancel, h("div.recording", { role: "status" }, "Recording ", time), finish);
    finish.focus();
  }

  drawKeys(rows) {
    const text = JSON.stringify(rows);
    if (text === this.drawnKeys) return;
    this.drawnKeys = text;
    this.keys.hidden = !rows.length;
    this.keys.replaceChildren(...rows.map((row) => h("div", {}, ...row.map((key) => this.replyKey(key)))));
  }

  replyKey(key) {
    const [, latitude, longitude] = PLACES[0];
    const onclick = () => {
      if (key.contact) this.phone.act("contact");
      else if (key.location) this.phone.act("location", { latitude, longitude });
      else this.phone.act("say", { text: key.label });
    };
    return h("button.key", { type: "button", onclick }, key.label);
  }
}
