// The one transfer of this browser window: it goes on while people look at other pages, and can be paused.
import { ApiFault, callApi } from "@thalamus/sdk/ui";
import { DetailedError, Upload } from "tus-js-client";
import type { UploadRow } from "../api.gen.ts";
import type { ChosenUpload } from "./chosen-files.ts";

export interface Transfer {
  readonly state: "idle" | "sending" | "paused" | "broken" | "sent";
  readonly uploadId: string | undefined;
  readonly sent: number;
  readonly total: number;
  /** Bytes a second over the last moments; 0 when nothing moves. */
  readonly speed: number;
  readonly problem: string;
  /** What was sent, by position; never kept anywhere else. */
  readonly names: readonly string[];
}

/** Kept over a reload, so that the same files can go on: ids and numbers, nothing of a patient. */
export interface Unfinished {
  readonly uploadId: string;
  readonly fingerprint: string;
}

const ADDRESS = "/api/uploads/files";
const KEY = "thalamus.unfinished-upload";
/** A proxy between browser and hub may take a request of a few minutes at most. */
const CHUNK_BYTES = 32_000_000;
const RETRIES_MS = [0, 1000, 3000, 8000, 20_000];
const SPEED_MS = 500;
const IDLE: Transfer = {
  state: "idle",
  uploadId: undefined,
  sent: 0,
  total: 0,
  speed: 0,
  problem: "",
  names: [],
};

let now: Transfer = IDLE;
let upload: Upload | undefined;
const listeners = new Set<() => void>();

function change(next: Partial<Transfer>): void {
  now = { ...now, ...next };
  window.onbeforeunload = now.state === "sending" ? (event) => event.preventDefault() : null;
  for (const listener of listeners) listener();
}

export const transfer = {
  /** For useSyncExternalStore. */
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  current: (): Transfer => now,

  /** Announces an upload with its form and sends it. @throws ApiFault */
  async start(chosen: ChosenUpload, form: object): Promise<void> {
    const announced = await callApi<UploadRow>("/api/uploads", { method: "POST", body: form });
    remember({ uploadId: announced.id, fingerprint: chosen.fingerprint });
    send(chosen, announced.id, {});
  },

  /** The same files were chosen after the page was loaded again. */
  goOn(chosen: ChosenUpload, { uploadId }: Unfinished): void {
    send(chosen, uploadId, { uploadUrl: `${ADDRESS}/${uploadId}` });
  },

  pause(): void {
    void upload?.abort();
    change({ state: "paused", speed: 0 });
  },

  resume(): void {
    change({ state: "sending", problem: "" });
    upload?.start();
  },

  async cancel(): Promise<void> {
    const { uploadId } = now;
    await upload?.abort();
    if (uploadId) await abandon(uploadId);
    transfer.forget();
  },

  /** Ready for the next one. */
  forget(): void {
    upload = undefined;
    change(IDLE);
  },
};

/** Ends an upload that nobody goes on with. @throws ApiFault */
export async function abandon(uploadId: string): Promise<void> {
  remember(undefined);
  await callApi(`/api/uploads/${uploadId}`, { method: "DELETE" }).catch((fault: unknown) => {
    // it is over already
    if (!(fault instanceof ApiFault) || ![404, 409].includes(fault.status)) throw fault;
  });
}

export function unfinished(): Unfinished | undefined {
  const kept = localStorage.getItem(KEY);
  return kept === null ? undefined : (JSON.parse(kept) as Unfinished);
}

function remember(one: Unfinished | undefined): void {
  if (one) localStorage.setItem(KEY, JSON.stringify(one));
  else localStorage.removeItem(KEY);
}

function send(chosen: ChosenUpload, uploadId: string, options: { uploadUrl?: string }): void {
  const total = chosen.blob.size;
  let last = { at: performance.now(), sent: 0 };
  upload = new Upload(chosen.blob, {
    endpoint: ADDRESS,
    ...options,
    metadata: { upload: uploadId },
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRIES_MS,
    // the hub names the upload, so nothing has to be found again by a file's name
    storeFingerprintForResuming: false,
    onProgress: (sent) => {
      const at = performance.now();
      const moment = at - last.at;
      if (moment >= SPEED_MS) {
        change({ sent, speed: last.sent > 0 ? ((sent - last.sent) / moment) * 1000 : 0 });
        last = { at, sent };
      } else change({ sent });
    },
    onError: (error) => change({ state: "broken", speed: 0, problem: wordsOf(error) }),
    onSuccess: () => {
      remember(undefined);
      change({ state: "sent", sent: total, speed: 0 });
    },
  });
  change({ state: "sending", uploadId, sent: 0, total, speed: 0, problem: "", names: chosen.names });
  upload.start();
}

/** The hub answers in JSON with words for people; without an answer it is the network. */
function wordsOf(error: Error): string {
  const body = error instanceof DetailedError ? error.originalResponse?.getBody() : undefined;
  if (!body) return "The hub does not answer. What was sent is kept; go on when the network is back.";
  try {
    const { message } = JSON.parse(body) as { message?: string };
    return message ?? "The hub refused the transfer.";
  } catch {
    return "The hub refused the transfer.";
  }
}
