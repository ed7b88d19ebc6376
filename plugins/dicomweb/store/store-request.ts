// The store transaction (PS3.18 10.5): one multipart request is one association of the intake.
import type { IncomingMessage } from "node:http";
import type { Intake, IntakeAssociation, IntakeSource } from "@thalamus/sdk";
import { type BodyEnd, readBody } from "@thalamus/sdk/web";
import { type Exchange, warning } from "../exchange.ts";
import { covers, type MediaType, parseAccept, parseMediaType } from "../media-types.ts";
import type { DicomwebCounts } from "../metrics.ts";
import { Refusal } from "../refusal.ts";
import type { DicomwebSettings } from "../settings.ts";
import { IncomingPart, type PartVerdict } from "./incoming-part.ts";
import { BrokenMultipart, isBoundary, MultipartReader, type PartHeaders } from "./multipart-reader.ts";
import { storeResponse, storeStatus } from "./store-answer.ts";

export interface StoreParts {
  readonly settings: DicomwebSettings;
  readonly intake: Intake;
  readonly counts: DicomwebCounts;
}

/** Instances whose bytes are complete and which are not durable yet; with more the body waits. */
const MOST_IN_HAND = 16;
const JSON_TYPES = ["application/dicom+json", "application/json"];

/** @throws Refusal when nothing of the body was taken */
export async function store(
  exchange: Exchange,
  studyInstanceUid: string | undefined,
  parts: StoreParts,
): Promise<void> {
  const boundary = boundaryOf(exchange.request);
  requireJson(exchange.accept);
  const { maxRequestMegabytes } = parts.settings;
  const announced = Number(exchange.request.headers["content-length"] ?? 0);
  if (announced > maxRequestMegabytes * 1_000_000) throw tooLarge("maxRequestMegabytes");
  const request = new StoreRequest(exchange, studyInstanceUid, parts);
  await request.run(boundary);
}

/** Why a body is not read to its end, as the client is told. */
interface Break {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

class StoreRequest {
  readonly #exchange: Exchange;
  readonly #parts: StoreParts;
  readonly #studyInstanceUid: string | undefined;
  readonly #association: IntakeAssociation;
  readonly #verdicts: Promise<PartVerdict>[] = [];
  readonly #inHand = new Set<Promise<unknown>>();
  #part: IncomingPart | undefined;

  constructor(exchange: Exchange, studyInstanceUid: string | undefined, parts: StoreParts) {
    this.#exchange = exchange;
    this.#parts = parts;
    this.#studyInstanceUid = studyInstanceUid;
    this.#association = parts.intake.open(sourceOf(exchange));
  }

  async run(boundary: string): Promise<void> {
    const broken = await this.#take(boundary);
    this.#part?.abandon();
    const verdicts = await Promise.all(this.#verdicts);
    await this.#association.close();
    this.#count(verdicts);
    if (broken !== "gone") this.#answer(verdicts, broken);
  }

  /** @returns what is wrong with the body, if anything is */
  async #take(boundary: string): Promise<Break | "gone" | undefined> {
    const reader = new MultipartReader(boundary, {
      partStarted: (headers) => this.#started(headers),
      partBytes: (bytes) => this.#part?.write(bytes),
      partEnded: () => this.#ended(),
    });
    const { idleTimeoutSeconds, maxRequestMegabytes } = this.#parts.settings;
    const limits = {
      maxBytes: maxRequestMegabytes * 1_000_000,
      idleMs: idleTimeoutSeconds * 1000,
      signal: this.#exchange.signal,
    };
    try {
      const take = (bytes: Buffer) => {
        reader.feed(bytes);
        return this.#inHand.size >= MOST_IN_HAND ? this.#room() : undefined;
      };
      const { end, bytes } = await readBody(this.#exchange.request, take, limits);
      this.#exchange.fields["bytes"] = bytes;
      if (end !== "complete") return end === "gone" ? end : BREAKS[end];
      reader.end();
    } catch (error) {
      if (error instanceof Refusal) return error;
      if (!(error instanceof BrokenMultipart)) throw error;
      const code = error.cut ? "dicomweb.truncated" : "dicomweb.multipart";
      return { status: 400, code, message: `The multipart body is broken: ${error.message}.` };
    }
    return this.#verdicts.length === 0 ? NO_INSTANCES : undefined;
  }

  async #room(): Promise<void> {
    while (this.#inHand.size >= MOST_IN_HAND) await Promise.race(this.#inHand);
  }

  #started(headers: PartHeaders): void {
    const { maxInstances, maxInstanceMegabytes, privateSopClasses } = this.#parts.settings;
    if (this.#verdicts.length >= maxInstances) throw tooLarge("maxInstances");
    const type = parseMediaType(headers.get("content-type") ?? "application/dicom")?.type;
    if (isMetadata(type)) throw metadataRefused();
    const encoded = !PLAIN_ENCODINGS.has(
      (headers.get("content-transfer-encoding") ?? "binary").toLowerCase(),
    );
    const wrong = type !== "application/dicom" || encoded || headers.has("content-encoding");
    this.#part = new IncomingPart(
      (object) => this.#association.receive(object),
      {
        studyInstanceUid: this.#studyInstanceUid,
        maxBytes: maxInstanceMegabytes * 1_000_000,
        privateSopClasses,
      },
      wrong ? "dicomweb.part-type" : undefined,
    );
  }

  #ended(): void {
    const verdict = this.#part!.end();
    this.#part = undefined;
    this.#verdicts.push(verdict);
    this.#inHand.add(verdict);
    void verdict.finally(() => this.#inHand.delete(verdict));
  }

  #count(verdicts: readonly PartVerdict[]): void {
    const { fields } = this.#exchange;
    const ended = (wanted: string) =>
      verdicts.filter((one) => (one.kind === "stored" ? one.outcome : one.kind) === wanted).length;
    fields["stored"] = ended("stored");
    fields["duplicates"] = ended("duplicate");
    fields["revised"] = ended("revised");
    fields["refused"] = ended("failed");
    const codes = verdicts.flatMap((one) => (one.kind === "failed" ? [one.code] : []));
    for (const code of codes) this.#parts.counts.refused(code);
    if (codes.length > 0) fields["refusedFor"] = [...new Set(codes)];
  }

  #answer(verdicts: readonly PartVerdict[], broken: Break | undefined): void {
    const { fields, baseUrl } = this.#exchange;
    fields["code"] = broken?.code;
    if (broken && verdicts.length === 0) throw new Refusal(broken.status, broken.code, broken.message);
    const status = broken?.status ?? storeStatus(verdicts);
    const headers = {
      ...(broken ? { Warning: warning(`${broken.code}: ${broken.message}`) } : {}),
      ...(status === 503 ? { "Retry-After": "60" } : {}),
    };
    this.#exchange.json(status, storeResponse(verdicts, baseUrl), headers);
  }
}

const NO_INSTANCES: Break = {
  status: 400,
  code: "dicomweb.no-instances",
  message: "The body has no part: send one or more parts of type application/dicom.",
};

const BREAKS: Readonly<Record<Exclude<BodyEnd, "complete" | "gone">, Break>> = {
  idle: {
    status: 408,
    code: "dicomweb.idle",
    message: "Too little came for too long (idleTimeoutSeconds).",
  },
  "too-large": tooLarge("maxRequestMegabytes"),
  stopped: { status: 503, code: "dicomweb.stopping", message: "The hub is stopping. Send it again later." },
};

const PLAIN_ENCODINGS = new Set(["binary", "8bit", "7bit"]);

function sourceOf({ client, origin }: Exchange): IntakeSource {
  return { plugin: "dicomweb", callingAe: client.name, calledAe: "", remoteAddress: origin.remoteAddress };
}

/** @throws Refusal 400 or 415 */
function boundaryOf({ headers }: IncomingMessage): string {
  const encoding = (headers["content-encoding"] ?? "identity").toLowerCase();
  if (encoding !== "identity") {
    throw new Refusal(415, "dicomweb.content-encoding", "The body is compressed; send it as it is.");
  }
  const type = parseMediaType(headers["content-type"] ?? "");
  if (type?.type !== "multipart/related") {
    const message = 'Send multipart/related; type="application/dicom", each instance a part of its own.';
    throw new Refusal(415, "dicomweb.content-type", message);
  }
  const root = type.parameters.get("type")?.toLowerCase() ?? "application/dicom";
  if (isMetadata(root)) throw metadataRefused();
  if (root !== "application/dicom") {
    throw new Refusal(415, "dicomweb.content-type", 'The type of the parts must be "application/dicom".');
  }
  const boundary = type.parameters.get("boundary") ?? "";
  if (isBoundary(boundary)) return boundary;
  const message = "The boundary in Content-Type must have 1 to 200 of the characters of RFC 2046.";
  throw new Refusal(400, "dicomweb.boundary", message);
}

const isMetadata = (type: MediaType["type"] | undefined): boolean =>
  type === "application/dicom+json" || type === "application/dicom+xml" || type === "application/json";

/** Objects are kept bit for bit, so they have to come whole. */
function metadataRefused(): Refusal {
  const message =
    "Metadata with bulk data is not taken: send whole PS3.10 instances, " +
    'multipart/related; type="application/dicom".';
  return new Refusal(415, "dicomweb.metadata", message);
}

/** @throws Refusal 406 */
function requireJson(accept: string): void {
  const types = accept === "" ? undefined : parseAccept(accept);
  if (types === undefined && accept === "") return;
  if (types?.some((type) => JSON_TYPES.some((offered) => covers(type, offered)))) return;
  throw new Refusal(
    406,
    "dicomweb.not-acceptable",
    "The answer is application/dicom+json; Accept does not allow it.",
  );
}

function tooLarge(setting: string): Refusal {
  const message = `The request is larger than the hub takes (${setting}); send it in several.`;
  return new Refusal(413, "dicomweb.too-large", message);
}
