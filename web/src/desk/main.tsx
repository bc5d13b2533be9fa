/** The desk's beginning: the only place that puts its parts together. */

import { render } from "preact";

import { App } from "./app.tsx";
import { keepAlarm } from "./alarm.ts";
import { keepKeys } from "./keyboard.ts";
import { session } from "./session.ts";
import { likely, speak } from "./texts.ts";
import { keepTheme } from "./theme.ts";

async function begin(place: HTMLElement): Promise<void> {
  keepTheme();
  keepKeys();
  keepAlarm();
  // English stands in the code: a desk whose texts cannot be fetched still opens.
  await speak(likely()).catch(() => undefined);
  render(<App />, place);
  await session.start();
}

const place = document.getElementById("desk");
if (place) void begin(place);
