/** A file that the reporter sent: a voice is played, a picture is blurred until asked for, anything else can only be saved. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";

import * as api from "../../api.ts";
import type { Attachment } from "../../chronology.ts";
import { t } from "../../texts.ts";
import { vault } from "../../vault.ts";
import type { Plaintext as SealedPlaintext } from "../../../sealing/plaintext.ts";
import { Button, Sure } from "../forms.tsx";
import { Refused, useDoing } from "../said.tsx";
import { announcedShape, dataAddress, LARGEST_SOUND, pictureType, playTime, sizeText } from "./bytes.ts";
import type { Plaintext } from "./opened.ts";
import { Sound } from "./sound.ts";
import { isTooLong, mostMinutes, soundLength } from "./sound_length.ts";
import { Piece } from "./words.tsx";

interface Props {
  readonly attachment: Attachment;
  readonly plaintext: Plaintext;
  readonly caseId: string;
}

/** Milliseconds that a saved file's address stays: the browser has taken it long before. */
const LET_GO_AFTER = 10_000;

/** The file, unopened at first: opening is written into the log. */
export function AttachmentBody({ attachment, plaintext, caseId }: Props): JSX.Element {
  const doing = useDoing();
  const content = useSignal<Uint8Array | null>(null);
  const shape = announcedShape(attachment.media_type);
  const open = async () => {
    const stored = await api.blob(caseId, attachment.blob_id);
    content.value = await vault.openBlob(caseId, plaintext as SealedPlaintext, stored);
  };
  return (
    <div class="c-file">
      <p class="c-facts">
        <span>{{ picture: t("Picture"), sound: t("Voice message"), other: t("Another file") }[shape]}</span>
        <span>{sizeText(attachment.size)}</span>
        <span><Piece text={attachment.media_type} /></span>
      </p>
      {content.value === null ? (
        <Button kind="outline" busy={doing.busy.value} onPress={() => void doing.run(open)}>
          {{ picture: t("Open the picture, blurred"), sound: t("Open the voice message"), other: t("Open the file") }[shape]}
        </Button>
      ) : (
        <Content content={content.value} isSound={shape === "sound"} />
      )}
      <Refused doing={doing} />
    </div>
  );
}

function Content({ content, isSound }: { content: Uint8Array; isSound: boolean }): JSX.Element {
  const type = pictureType(content);
  if (type) return <Picture content={content} type={type} />;
  if (isSound && content.length <= LARGEST_SOUND) return <Voice content={content} />;
  return <Save content={content} />;
}

function Picture({ content, type }: { content: Uint8Array; type: string }): JSX.Element {
  const isClear = useSignal(false);
  return (
    <figure class="c-picture">
      <img src={dataAddress(content, type)} class={isClear.value ? "" : "c-blurred"} draggable={false}
        alt={isClear.value ? t("A picture that the reporter sent") : t("A picture that the reporter sent, blurred")} />
      <figcaption>
        <button type="button" class="outline secondary" aria-pressed={isClear.value} onClick={() => (isClear.value = !isClear.value)}>
          {isClear.value ? t("Blur it again") : t("Show it clearly")}
        </button>
      </figcaption>
    </figure>
  );
}

/** A recording, decoded only once it is known how long it plays. */
function Voice({ content }: { content: Uint8Array }): JSX.Element {
  const length = useMemo(() => soundLength(content), [content]);
  if (length === null) return <Unplayed content={content} why={t("It is not played here: how long it would play cannot be known before it is decoded.")} />;
  if (isTooLong(length)) return <Unplayed content={content} why={t("It is not played here: it is longer than {n} minutes.", { n: mostMinutes(length.channels) })} />;
  return <Player content={content} />;
}

function Unplayed({ content, why }: { content: Uint8Array; why: string }): JSX.Element {
  return (
    <>
      <p>{why}</p>
      <Save content={content} />
    </>
  );
}

function Player({ content }: { content: Uint8Array }): JSX.Element {
  const sound = useSignal<Sound | null>(null);
  const isUnknown = useSignal(false);
  useEffect(() => {
    let isGone = false;
    Sound.decode(content).then(
      (decoded) => (isGone ? decoded.end() : (sound.value = decoded)),
      () => (isUnknown.value = true),
    );
    return () => {
      isGone = true;
      sound.value?.end();
    };
  }, [content]);
  if (isUnknown.value) return <Unplayed content={content} why={t("This browser cannot play it.")} />;
  const playing = sound.value;
  if (!playing) return <p aria-busy="true">{t("Getting ready…")}</p>;
  return (
    <section class="c-voice" aria-label={t("Voice message")}>
      <button type="button" onClick={() => (playing.isPlaying.value ? playing.pause() : playing.play())}>
        {playing.isPlaying.value ? t("Pause") : t("Play")}
      </button>
      <input type="range" min={0} max={playing.seconds} step={0.1} value={playing.at.value} aria-label={t("Place in the recording")}
        aria-valuetext={playTime(playing.at.value)} onInput={(event) => playing.seek(event.currentTarget.valueAsNumber)} />
      <span>{playTime(playing.at.value)} / {playTime(playing.seconds)}</span>
    </section>
  );
}

/** Saving a file to the device, after a warning. */
function Save({ content }: { content: Uint8Array }): JSX.Element {
  const asks = useSignal(false);
  const save = () => {
    asks.value = false;
    const address = URL.createObjectURL(new Blob([Uint8Array.from(content)], { type: "application/octet-stream" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = "file.bin";
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), LET_GO_AFTER);
  };
  return (
    <>
      <Button kind="outline" onPress={() => (asks.value = true)}>
        {t("Save the file…")}
      </Button>
      {asks.value && (
        <Sure title={t("Save this file?")} yes={t("Save it")} onYes={save} onClose={() => (asks.value = false)}>
          <p>{t("A file from outside can harm this device. Open it only on a device that holds nothing else.")}</p>
          <p>{t("Once saved it is no longer protected here. Delete it when it is no longer needed.")}</p>
        </Sure>
      )}
    </>
  );
}
