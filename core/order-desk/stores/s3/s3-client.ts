// The few requests to an S3-compatible store that uploads need, over the hub's HTTP client.
import type { Http, HttpAnswer, HttpDestination, HttpRequest } from "@thalamus/sdk";
import { percentEncoded, presignedUrl, type S3Credentials, signedHeaders } from "./signature.ts";

export interface S3Place {
  /** `https://s3.eu-central-1.amazonaws.com` */
  readonly endpoint: string;
  /** Where clients reach it. */
  readonly publicEndpoint: string;
  readonly bucket: string;
  readonly pathStyle: boolean;
  readonly credentials: S3Credentials;
  readonly caFile?: string | undefined;
  readonly privateNetworks: readonly string[];
}

/** A part as the store lists it. */
export interface ListedPart {
  readonly number: number;
  /** In quotes. */
  readonly etag: string;
  readonly bytes: number;
}

export interface CompletedPart {
  readonly number: number;
  readonly etag: string;
  /** Lower-case hex; of uploads whose parts the store checks. */
  readonly sha256?: string | undefined;
}

/** The store answered, and said no. */
export class S3Refusal extends Error {
  override readonly name = "S3Refusal";
  /** The store's own: `NoSuchUpload`. */
  readonly code: string;

  constructor(code: string, status: number) {
    super(`the object store answered ${status} ${code}`);
    this.code = code;
  }
}

const REQUEST_MS = 120_000;
const XML_BYTES = 4_000_000;

/** All of it throws S3Refusal, or HttpError when there is no answer that can be used. */
export class S3Client {
  readonly #http: Http;
  readonly #place: S3Place;

  constructor(http: Http, place: S3Place) {
    this.#http = http;
    this.#place = place;
  }

  /** @param checked the store is to hold every part against its SHA-256 */
  async createUpload(key: string, checked: boolean): Promise<string> {
    const headers = checked ? { "x-amz-checksum-algorithm": "SHA256" } : {};
    const answer = await this.#ask("POST", key, { uploads: "" }, { headers });
    return only(answer, "UploadId");
  }

  async parts(key: string, uploadId: string): Promise<ListedPart[]> {
    const parts: ListedPart[] = [];
    for (let marker = "0"; ; ) {
      const query = { uploadId, "max-parts": "1000", "part-number-marker": marker };
      const answer = (await this.#ask("GET", key, query)).body.toString();
      for (const part of elements(answer, "Part")) {
        const etag = `"${element(part, "ETag").replaceAll('"', "")}"`;
        parts.push({
          number: Number(element(part, "PartNumber")),
          etag,
          bytes: Number(element(part, "Size")),
        });
      }
      if (element(answer, "IsTruncated") !== "true") return parts;
      marker = element(answer, "NextPartNumberMarker");
    }
  }

  async completeUpload(key: string, uploadId: string, parts: readonly CompletedPart[]): Promise<void> {
    const lines = parts.map(({ number, etag, sha256 }) => {
      const sum = sha256 === undefined ? "" : `<ChecksumSHA256>${base64(sha256)}</ChecksumSHA256>`;
      return `<Part><PartNumber>${number}</PartNumber><ETag>${escaped(etag)}</ETag>${sum}</Part>`;
    });
    const body = `<CompleteMultipartUpload>${lines.join("")}</CompleteMultipartUpload>`;
    const answer = await this.#ask("POST", key, { uploadId }, { body });
    // it may begin with 200 and end with an error
    const text = answer.body.toString();
    if (text.includes("<Error>")) throw new S3Refusal(element(text, "Code"), answer.status);
  }

  async abortUpload(key: string, uploadId: string): Promise<void> {
    await this.#ask("DELETE", key, { uploadId }).catch(unless("NoSuchUpload"));
  }

  async deleteObject(key: string): Promise<void> {
    await this.#ask("DELETE", key, {}).catch(unless("NoSuchKey"));
  }

  /** @param to inclusive; @returns fewer bytes only at the end */
  async read(key: string, from: number, to: number, signal: AbortSignal): Promise<Buffer> {
    const headers = { range: `bytes=${from}-${to}` };
    const most = to - from + 1;
    // of a small piece, too, an error must be heard to its end
    const room = Math.max(most, XML_BYTES);
    const { body, isTruncated } = await this.#ask("GET", key, {}, { headers, most: room, signal });
    if (!isTruncated && body.length <= most) return body;
    // the store does not know ranges
    throw new S3Refusal("InvalidRange", 200);
  }

  /** An address for one part, and the headers that its sender must send. */
  presignPart(key: string, uploadId: string, number: number, sha256: string | undefined, seconds: number) {
    const { publicEndpoint, credentials } = this.#place;
    const url = this.#urlOf(publicEndpoint, key, { partNumber: String(number), uploadId });
    const headers: Record<string, string> =
      sha256 === undefined ? {} : { "x-amz-checksum-sha256": base64(sha256) };
    return { url: presignedUrl({ method: "PUT", url, headers }, seconds, credentials), headers };
  }

  async #ask(
    method: HttpRequest["method"],
    key: string,
    query: Readonly<Record<string, string>>,
    more: { headers?: Record<string, string>; body?: string; most?: number; signal?: AbortSignal } = {},
  ): Promise<HttpAnswer> {
    const { endpoint, credentials } = this.#place;
    const { headers = {}, body = "", most = XML_BYTES, signal = AbortSignal.timeout(REQUEST_MS) } = more;
    const url = this.#urlOf(endpoint, key, query);
    const signed = signedHeaders({ method, url, headers }, body, credentials);
    const request = { method, url: url.href, headers: signed, ...(body === "" ? {} : { body }) };
    const answer = await this.#http.send(this.#destination(url, most), request, signal);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new S3Refusal(element(answer.body.toString(), "Code") || "unknown", answer.status);
  }

  #destination(url: URL, maxAnswerBytes: number): HttpDestination {
    const { caFile, privateNetworks } = this.#place;
    return {
      url: url.origin,
      privateNetworks,
      maxAnswerBytes,
      ...(caFile === undefined ? {} : { tls: { caFile } }),
    };
  }

  #urlOf(endpoint: string, key: string, query: Readonly<Record<string, string>>): URL {
    const { bucket, pathStyle } = this.#place;
    const path = key.split("/").map(percentEncoded).join("/");
    const url = new URL(pathStyle ? `${endpoint}/${bucket}/${path}` : `${endpoint}/${path}`);
    if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
    // "uploads" has no value, and a signature has it with one that is empty
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }
}

function unless(code: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof S3Refusal) || error.code !== code) throw error;
  };
}

const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64");
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** The store's answers are flat and have no attributes that matter: no parser is needed to read them. */
function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, "g"))].map(([, text = ""]) => text);
}

/** @returns empty when there is none */
const element = (xml: string, name: string): string => unescaped(elements(xml, name)[0] ?? "");

function only({ body, status }: HttpAnswer, name: string): string {
  const text = element(body.toString(), name);
  if (text === "") throw new S3Refusal("MalformedAnswer", status);
  return text;
}

const unescaped = (text: string): string =>
  text.replaceAll("&quot;", '"').replaceAll("&#34;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
