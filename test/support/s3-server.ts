// A small S3 server for tests: verifies every signature by itself, and keeps multipart uploads and objects in memory.
import { createHash, createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const SECRET = "test-secret-of-the-store";
export const S3_KEY_ID = "TESTKEY";
export const S3_SECRET = SECRET;
const SMALLEST = 5 * 2 ** 20;

interface StoredPart {
  readonly bytes: Buffer;
  readonly etag: string;
}
interface Multipart {
  readonly key: string;
  readonly checked: boolean;
  readonly parts: Map<number, StoredPart>;
}

export interface TestS3 {
  readonly endpoint: string;
  readonly objects: ReadonlyMap<string, Buffer>;
  readonly uploads: ReadonlyMap<string, Multipart>;
  /** Requests in order: `PUT /bucket/key?partNumber=1`. */
  readonly asked: readonly string[];
  /** While it is away it answers 503. */
  away: boolean;
  stop(): Promise<void>;
}

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
  }
}

export async function startS3(): Promise<TestS3> {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Multipart>();
  const asked: string[] = [];
  const state = { away: false };

  const answer = (url: URL, method: string, headers: IncomingMessage["headers"], body: Buffer) => {
    const key = decodeURIComponent(url.pathname);
    const uploadId = url.searchParams.get("uploadId");
    const upload = uploadId === null ? undefined : uploads.get(uploadId);
    if (uploadId !== null && !upload) throw new Refusal(404, "NoSuchUpload");
    if (method === "POST" && url.searchParams.has("uploads")) {
      const id = randomUUID();
      const checked = headers["x-amz-checksum-algorithm"] === "SHA256";
      uploads.set(id, { key, checked, parts: new Map() });
      return { body: `<r><UploadId>${id}</UploadId></r>` };
    }
    if (method === "PUT" && upload) {
      const sum = headers["x-amz-checksum-sha256"];
      if (upload.checked !== (sum !== undefined)) throw new Refusal(400, "InvalidRequest");
      if (sum !== undefined && sum !== createHash("sha256").update(body).digest("base64"))
        throw new Refusal(400, "BadDigest");
      const etag = `"${createHash("md5").update(body).digest("hex")}"`;
      upload.parts.set(Number(url.searchParams.get("partNumber")), { bytes: body, etag });
      return { body: "", headers: { ETag: etag } };
    }
    if (method === "GET" && upload) {
      const lines = [...upload.parts].map(
        ([number, { etag, bytes }]) =>
          `<Part><PartNumber>${number}</PartNumber><ETag>${etag.replaceAll('"', "&quot;")}</ETag>` +
          `<Size>${bytes.length}</Size></Part>`,
      );
      return { body: `<r><IsTruncated>false</IsTruncated>${lines.join("")}</r>` };
    }
    if (method === "POST" && upload && uploadId !== null) {
      objects.set(key, whole(upload, body.toString()));
      uploads.delete(uploadId);
      return { body: "<r/>" };
    }
    if (method === "DELETE") {
      if (uploadId === null) objects.delete(key);
      else uploads.delete(uploadId);
      return { body: "", status: 204 };
    }
    const object = objects.get(key);
    if (method !== "GET" || !object) throw new Refusal(404, "NoSuchKey");
    const [, from = "0", to = ""] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? "") ?? [];
    return { body: object.subarray(Number(from), Number(to) + 1), status: 206 };
  };

  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const url = new URL(request.url ?? "/", `http://${request.headers.host}`);
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    try {
      if (state.away) throw new Refusal(503, "SlowDown");
      verify(request, url, body);
      const {
        status = 200,
        headers = {},
        body: text,
      } = answer(url, request.method!, request.headers, body) as {
        status?: number;
        headers?: Record<string, string>;
        body: string | Buffer;
      };
      response.writeHead(status, headers).end(text);
    } catch (error) {
      const { message, status = 500 } = error as Refusal;
      response.writeHead(status).end(`<Error><Code>${message}</Code></Error>`);
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    ...{ endpoint: `http://127.0.0.1:${port}`, objects, uploads, asked },
    stop: () => new Promise<void>((done) => server.close(() => done())),
  });
}

/** As S3 puts an object together: just these parts, with these ETags, in ascending order, none too small but the last. */
function whole({ parts, checked }: Multipart, xml: string): Buffer {
  const wanted = [...xml.matchAll(/<Part>(.*?)<\/Part>/g)].map(([, part = ""]) => part);
  let last = 0;
  const pieces = wanted.map((text, index) => {
    const number = Number(/<PartNumber>(\d+)</.exec(text)?.[1]);
    const part = parts.get(number);
    if (number <= last) throw new Refusal(400, "InvalidPartOrder");
    last = number;
    if (part?.etag !== /<ETag>(.*?)</.exec(text)?.[1]?.replaceAll("&quot;", '"'))
      throw new Refusal(400, "InvalidPart");
    if (checked !== text.includes("<ChecksumSHA256>")) throw new Refusal(400, "InvalidRequest");
    if (part!.bytes.length < SMALLEST && index < wanted.length - 1) throw new Refusal(400, "EntityTooSmall");
    return part!.bytes;
  });
  return Buffer.concat(pieces);
}

const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: Buffer | string, text: string) => createHmac("sha256", key).update(text).digest();
const encoded = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9._~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");

/** AWS Signature Version 4, from the reference alone: nothing of the hub's own code is used. */
function verify({ method, headers }: IncomingMessage, url: URL, body: Buffer): void {
  const query = url.searchParams;
  const isPresigned = query.has("X-Amz-Signature");
  const stated = isPresigned
    ? { credential: query.get("X-Amz-Credential"), names: query.get("X-Amz-SignedHeaders") }
    : {
        credential: /Credential=([^,]+)/.exec(headers.authorization ?? "")?.[1],
        names: /SignedHeaders=([^,]+)/.exec(headers.authorization ?? "")?.[1],
      };
  const signature = isPresigned
    ? query.get("X-Amz-Signature")
    : /Signature=([0-9a-f]{64})/.exec(headers.authorization ?? "")?.[1];
  const time = isPresigned ? query.get("X-Amz-Date") : headers["x-amz-date"];
  const [id, date = "", region = "", service = ""] = stated.credential?.split("/") ?? [];
  if (id !== S3_KEY_ID || !stated.names || !time) throw new Refusal(403, "AccessDenied");
  const at = Date.parse(`${String(time)}`.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  const ends = at + Number(query.get("X-Amz-Expires") ?? 900) * 1000;
  if (Number.isNaN(at) || Date.now() > ends) throw new Refusal(403, "AccessDenied");
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith("x-amz-") && !stated.names!.split(";").includes(name),
  );
  if (unsigned.length > 0) throw new Refusal(403, "AccessDenied");
  const payload = isPresigned ? "UNSIGNED-PAYLOAD" : sha256(body);
  if (!isPresigned && headers["x-amz-content-sha256"] !== payload)
    throw new Refusal(400, "XAmzContentSHA256Mismatch");
  const pairs = [...query].filter(([name]) => name !== "X-Amz-Signature");
  const canonical = [
    method,
    url.pathname,
    pairs
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .sort()
      .join("&"),
    ...stated.names.split(";").map((name) => `${name}:${String(headers[name] ?? "").trim()}`),
    ...["", stated.names, payload],
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${SECRET}`, date), region), service), "aws4_request");
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  if (hmac(key, text).toString("hex") !== signature) throw new Refusal(403, "SignatureDoesNotMatch");
}
