// Sends one part of an archive: hash, address, bytes; again when the line breaks or the cloud has other bytes than it should.
import { setTimeout as sleep } from "node:timers/promises";
import { type HttpAnswer, Permanent } from "@thalamus/sdk";
import { bodyOf, hashOf, type Stretch } from "../archive/read-archive.ts";
import type { ZipLayout } from "../archive/zip-layout.ts";
import type { Cloud } from "../cloud.ts";
import { CloudMetrics } from "../metrics.ts";
import { CloudAway, CloudRefusal, troubleOf, unreachable } from "../trouble.ts";
import type { CloudCalls } from "./calls.ts";

export interface PartToSend {
  readonly uploadId: string;
  readonly number: number;
  readonly stretch: Stretch;
}

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 15_000;
/** The request's own: whoever may say them decides where its bytes end. */
const OWN_HEADERS = new Set(["host", "content-length", "transfer-encoding", "connection", "expect"]);

export class PartSender {
  readonly #cloud: Cloud;
  readonly #calls: CloudCalls;
  readonly #layout: ZipLayout;

  constructor(cloud: Cloud, calls: CloudCalls, layout: ZipLayout) {
    this.#cloud = cloud;
    this.#calls = calls;
    this.#layout = layout;
  }

  /**
   * as often as the settings say.
   * @returns the part's ETag
   * @throws CloudAway when the last try found nobody, Permanent `cloud-upload.part-refused` when it was refused
   */
  async send(part: PartToSend, signal: AbortSignal): Promise<string> {
    const { metrics, settings } = this.#cloud;
    const parts = metrics.counter(CloudMetrics.parts);
    const sha256 = await hashOf(this.#layout, part.stretch, signal);
    for (let attempt = 0; ; attempt += 1) {
      try {
        const etag = await this.#sendOnce(part, sha256, signal);
        parts.of({ outcome: "arrived" }).add();
        metrics.counter(CloudMetrics.sentBytes).of({}).add(part.stretch.bytes);
        return etag;
      } catch (error) {
        signal.throwIfAborted();
        if (!isAboutPart(error)) throw error;
        parts.of({ outcome: "failed" }).add();
        if (attempt >= settings.uploadRetries) throw lastWord(error);
        const wait = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
        const wished = error instanceof CloudAway ? (error.afterMs ?? 0) : 0;
        // a longer wish is kept by pausing the whole upload
        if (wished > LONGEST_DELAY_MS) throw error;
        await sleep(Math.max(wait, wished), undefined, { signal });
      }
    }
  }

  async #sendOnce(
    { uploadId, number, stretch }: PartToSend,
    sha256: string,
    signal: AbortSignal,
  ): Promise<string> {
    const { url, headers } = await this.#calls.partUrl(uploadId, { part_number: number, sha256 }, signal);
    const address = this.#addressOf(url);
    const given = Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()));
    const request = {
      method: "PUT" as const,
      url: address.href,
      headers: Object.fromEntries(given),
      body: bodyOf(this.#layout, stretch),
    };
    const answer = await this.#cloud.http
      .send(this.#cloud.parts(address), request, signal)
      .catch(unreachable);
    return etagOf(answer);
  }

  /** @throws CloudAway when it would take the bytes off the line that the site chose */
  #addressOf(url: string): URL {
    const address = URL.parse(url);
    const isSecure = this.#cloud.settings.url.startsWith("https:");
    const isGood = address?.protocol === "https:" || (address?.protocol === "http:" && !isSecure);
    if (address && isGood && address.username === "") return address;
    const message = "The cloud gave an address for a part that is no https address.";
    throw new CloudAway("cloud-upload.bad-answer", message);
  }
}

function etagOf(answer: HttpAnswer): string {
  if (answer.status < 200 || answer.status >= 300) throw troubleOf(answer);
  const { etag } = answer.headers;
  if (etag !== undefined && etag.length <= 256) return etag;
  throw new CloudAway("cloud-upload.bad-answer", "The answer to a part had no ETag.");
}

/** An upload that is unknown, or an order that has ended, is nothing that a part could mend. */
const BEYOND_PARTS = new Set(["upload-unknown", "order-unknown", "order-expired", "too-late"]);

const isAboutPart = (error: unknown): error is CloudAway | CloudRefusal =>
  error instanceof CloudAway || (error instanceof CloudRefusal && !BEYOND_PARTS.has(error.problem));

const lastWord = (error: CloudAway | CloudRefusal): Error =>
  error instanceof CloudAway ? error : new Permanent("cloud-upload.part-refused", error.message);
