// One upload on its way: sent over tus, paused and gone on with, and tried again by itself when the line breaks.
import { say } from "@thalamus/sdk/ui";
import { DetailedError, Upload } from "tus-js-client";
import type { ChosenUpload } from "./chosen-files.ts";
import { keptUploads } from "./kept-uploads.ts";

export interface TransferView {
  readonly id: string;
  /** `lost`: it is tried again at `retryAt`; `refused`: only a person can go on with it, if anybody. */
  readonly state: "queued" | "sending" | "lost" | "paused" | "refused" | "sent";
  readonly words: string;
  /** Of what was sent, by position; never kept anywhere else. */
  readonly names: readonly string[];
  readonly sent: number;
  readonly total: number;
  /** Bytes a second over the last moments; 0 when nothing moves. */
  readonly speed: number;
  /** Time in milliseconds. */
  readonly retryAt: number;
  /** What the hub said; empty when it did not answer. */
  readonly problem: string;
}

const ADDRESS = "/api/uploads/files";
/** A proxy between browser and hub may take a request of a few minutes at most. */
const CHUNK_BYTES = 32_000_000;
/** The last one counts for all tries that follow: a line may be down for hours. */
const RETRIES_MS = [1000, 3000, 8000, 20_000, 30_000];
const SPEED_MS = 500;
/** Ways to say no that may be over soon: another request still runs, the hub starts or has no room. */
const PASSING = [409, 423, 429];

export class Transfer {
  view: TransferView;
  readonly #chosen: ChosenUpload;
  readonly #changed: () => void;
  #upload: Upload | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  /** The hub may have bytes of it. */
  #begun: boolean;
  #keptPercent = -1;

  /** @param percent that the hub has of it when it goes on; undefined: it begins */
  constructor(id: string, chosen: ChosenUpload, percent: number | undefined, changed: () => void) {
    const { words, names, blob } = chosen;
    const sent = (blob.size * (percent ?? 0)) / 100;
    const still = { sent, speed: 0, retryAt: 0, problem: "" };
    this.view = { id, state: "queued", words, names, total: blob.size, ...still };
    this.#chosen = chosen;
    this.#begun = percent !== undefined;
    this.#changed = changed;
    this.#keep(sent);
  }

  get isRunning(): boolean {
    return ["queued", "sending", "lost"].includes(this.view.state);
  }

  start(): void {
    clearTimeout(this.#timer);
    this.#set({ state: "sending", problem: "", speed: 0 });
    let last = { at: performance.now(), sent: 0 };
    const { id, total } = this.view;
    this.#upload = new Upload(this.#chosen.blob, {
      endpoint: ADDRESS,
      // what is not there yet is begun all the same
      ...(this.#begun ? { uploadUrl: `${ADDRESS}/${id}` } : {}),
      metadata: { upload: id },
      chunkSize: CHUNK_BYTES,
      retryDelays: null,
      // the hub names the upload, so nothing has to be found again by a file's name
      storeFingerprintForResuming: false,
      onProgress: (sent) => {
        const at = performance.now();
        const moment = at - last.at;
        this.#keep(sent);
        if (moment < SPEED_MS) return this.#set({ sent });
        this.#set({ sent, speed: last.sent > 0 ? ((sent - last.sent) / moment) * 1000 : 0 });
        last = { at, sent };
      },
      onChunkComplete: () => {
        this.#tries = 0;
      },
      onError: (error) => this.#fail(error),
      onSuccess: () => {
        keptUploads.forget(id);
        this.#set({ state: "sent", sent: total, speed: 0 });
      },
    });
    this.#begun = true;
    this.#upload.start();
  }

  pause(): void {
    clearTimeout(this.#timer);
    void this.#upload?.abort();
    this.#set({ state: "paused", speed: 0 });
  }

  /** It waits for its turn. */
  queue(): void {
    this.#tries = 0;
    this.#set({ state: "queued", problem: "" });
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#upload?.abort();
  }

  #fail(error: Error): void {
    const response = error instanceof DetailedError ? error.originalResponse : undefined;
    const status = response?.getStatus() ?? 0;
    if (status >= 400 && status < 500 && !PASSING.includes(status)) {
      // it is over at the hub, or never was
      if (status === 404 || status === 410) keptUploads.forget(this.view.id);
      this.#set({ state: "refused", speed: 0, problem: wordsOf(status, response?.getBody()) });
      return;
    }
    const wait = RETRIES_MS[Math.min(this.#tries, RETRIES_MS.length - 1)]!;
    this.#tries += 1;
    this.#timer = setTimeout(() => this.start(), wait);
    const problem = response ? wordsOf(status, response.getBody()) : "";
    this.#set({ state: "lost", speed: 0, retryAt: Date.now() + wait, problem });
  }

  /** written when a whole percent is full. */
  #keep(sent: number): void {
    const { id, total } = this.view;
    const { fingerprint, files } = this.#chosen;
    const percent = total > 0 ? Math.floor((100 * sent) / total) : 0;
    if (percent === this.#keptPercent) return;
    this.#keptPercent = percent;
    keptUploads.keep({ id, fingerprint, files, bytes: total, percent });
  }
  #set(next: Partial<TransferView>): void {
    this.view = { ...this.view, ...next };
    this.#changed();
  }
}

/** The hub answers in JSON with words for people. */
function wordsOf(status: number, body: string | undefined): string {
  if (status === 401) return say("The session has ended. Sign in again, and go on.");
  try {
    const { message } = JSON.parse(body ?? "") as { message?: string };
    return message ?? say("The hub refused the transfer.");
  } catch {
    return say("The hub refused the transfer.");
  }
}
