/** Making elements and calling the simulator. No HTML is ever made from text. */

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("button.key", {onclick}, "Yes")`. Attributes starting with `on` are listeners. */
export function h(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** One of the drawings of the page. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** A button with a drawing and a spoken name. */
export function iconButton(name, label, onclick, classes = "") {
  return h(`button${classes}`, { type: "button", "aria-label": label, title: label, onclick }, icon(name));
}

/** Ask the simulator for something; an error carries what it said. */
export async function post(path, body = {}, options = {}) {
  const raw = body instanceof Blob;
  const answer = await fetch(path, {
    method: "POST",
    headers: { "X-Simulator": "page", "Content-Type": raw ? body.type || "application/octet-stream" : "application/json" },
    body: raw ? body : JSON.stringify(body),
    ...options,
  });
  const said = await answer.json().catch(() => ({ said: answer.statusText }));
  if (!answer.ok) throw new Error(said.said || answer.statusText);
  return said;
}

/** Hours and minutes of a moment in seconds. */
export function clockOf(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** The day of a moment in seconds, in words. */
export function dayOf(seconds) {
  const day = new Date(seconds * 1000);
  return day.toDateString() === new Date().toDateString() ? "Today" : day.toLocaleDateString([], { day: "numeric", month: "long" });
}

/** Minutes and seconds of a length in seconds. */
export function lengthOf(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
