/** Playing a voice message through Web Audio: the page's policy lets no element load sound, and nothing of it touches the disk. */

import { signal } from "@preact/signals";

import { isTooLong } from "./sound_length.ts";

/** How often the place in the recording is shown anew. */
const SHOWN_EVERY = 250;

export class Sound {
  readonly at = signal(0);
  readonly isPlaying = signal(false);
  readonly #context: AudioContext;
  readonly #buffer: AudioBuffer;
  #source: AudioBufferSourceNode | null = null;
  #startedAt = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  private constructor(context: AudioContext, buffer: AudioBuffer) {
    this.#context = context;
    this.#buffer = buffer;
  }

  /** Decode a recording whose length was counted; fails where the browser does not know its form, or finds more in it. */
  static async decode(content: Uint8Array): Promise<Sound> {
    const context = new AudioContext();
    try {
      const buffer = await context.decodeAudioData(Uint8Array.from(content).buffer);
      if (isTooLong({ seconds: buffer.duration - 1, channels: buffer.numberOfChannels })) throw new RangeError("longer than it was counted");
      return new Sound(context, buffer);
    } catch (fault) {
      await context.close();
      throw fault;
    }
  }

  get seconds(): number {
    return this.#buffer.duration;
  }

  play(): void {
    this.#stop();
    if (this.at.value >= this.seconds) this.at.value = 0;
    const source = this.#context.createBufferSource();
    source.buffer = this.#buffer;
    source.connect(this.#context.destination);
    const from = this.at.value;
    source.onended = () => {
      if (this.#source !== source) return;
      this.#stop();
      this.at.value = this.seconds;
    };
    void this.#context.resume();
    source.start(0, from);
    this.#source = source;
    this.#startedAt = this.#context.currentTime - from;
    this.isPlaying.value = true;
    this.#timer = setInterval(() => (this.at.value = this.#place()), SHOWN_EVERY);
  }

  pause(): void {
    this.at.value = this.#place();
    this.#stop();
  }

  /** Go to a place; a recording that plays goes on playing from there. */
  seek(to: number): void {
    const wasPlaying = this.isPlaying.value;
    this.#stop();
    this.at.value = Math.min(Math.max(0, to), this.seconds);
    if (wasPlaying) this.play();
  }

  /** Fall silent and let go of the recording. */
  end(): void {
    this.#stop();
    void this.#context.close();
  }

  #place(): number {
    return Math.min(this.seconds, this.isPlaying.value ? this.#context.currentTime - this.#startedAt : this.at.value);
  }

  #stop(): void {
    clearInterval(this.#timer);
    const source = this.#source;
    this.#source = null;
    source?.stop();
    source?.disconnect();
    this.isPlaying.value = false;
  }
}
