// Signs requests to S3-compatible stores with AWS Signature Version 4, in headers or as a presigned URL.
import { createHmac, hash } from "node:crypto";

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly region: string;
}

export interface SignedRequest {
  readonly method: string;
  /** With its query, without anything of a signature. */
  readonly url: URL;
  /** Lower-case names; all of them are signed. `host` is added. */
  readonly headers: Readonly<Record<string, string>>;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const UNSIGNED = "UNSIGNED-PAYLOAD";

/**
 * Adds the headers that sign a request.
 * @param payload the body
 * @see "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference
 */
export function signedHeaders(
  request: SignedRequest,
  payload: string,
  credentials: S3Credentials,
  now = new Date(),
): Record<string, string> {
  const time = timeOf(now);
  const payloadHash = hash("sha256", payload);
  const headers = { ...request.headers, "x-amz-content-sha256": payloadHash, "x-amz-date": time };
  const { names, text } = canonicalRequest({ ...request, headers }, payloadHash);
  const scope = scopeOf(time, credentials);
  const signature = sign(text, time, scope, credentials);
  const authorization =
    `${ALGORITHM} Credential=${credentials.accessKeyId}/${scope},` +
    `SignedHeaders=${names},Signature=${signature}`;
  return { ...headers, authorization };
}

/**
 * An address that is good for just this request, whatever its body; who uses it sends the same headers.
 * @see "Authenticating Requests: Using Query Parameters", Amazon S3 API Reference
 */
export function presignedUrl(
  request: SignedRequest,
  seconds: number,
  credentials: S3Credentials,
  now = new Date(),
): string {
  const time = timeOf(now);
  const scope = scopeOf(time, credentials);
  const url = new URL(request.url);
  const names = headerNames({ ...request.headers, host: url.host });
  const parameters = {
    "X-Amz-Algorithm": ALGORITHM,
    "X-Amz-Credential": `${credentials.accessKeyId}/${scope}`,
    "X-Amz-Date": time,
    "X-Amz-Expires": String(seconds),
    "X-Amz-SignedHeaders": names,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const { text } = canonicalRequest({ ...request, url }, UNSIGNED);
  const signature = sign(text, time, scope, credentials);
  return `${url.origin}${url.pathname}?${canonicalQuery(url)}&X-Amz-Signature=${signature}`;
}

/** As RFC 3986 has it: everything but unreserved characters. */
export const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function canonicalRequest({ method, url, headers }: SignedRequest, payloadHash: string) {
  const all: Record<string, string> = { ...headers, host: url.host };
  const names = headerNames(all);
  const lines = names.split(";").map((name) => `${name}:${all[name]!.trim().replaceAll(/ +/g, " ")}\n`);
  const text = [method, url.pathname, canonicalQuery(url), lines.join(""), names, payloadHash].join("\n");
  return { names, text };
}

const headerNames = (headers: Readonly<Record<string, string>>): string =>
  Object.keys(headers).toSorted().join(";");

function canonicalQuery({ searchParams }: URL): string {
  const pairs = [...searchParams].map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`);
  return pairs.toSorted().join("&");
}

const scopeOf = (time: string, { region }: S3Credentials): string =>
  `${time.slice(0, 8)}/${region}/s3/aws4_request`;

function sign(request: string, time: string, scope: string, { secret }: S3Credentials): string {
  const text = [ALGORITHM, time, scope, hash("sha256", request)].join("\n");
  const key = scope.split("/").reduce<Buffer>((from, part) => hmac(from, part), Buffer.from(`AWS4${secret}`));
  return hmac(key, text).toString("hex");
}

const hmac = (key: Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** ISO 8601, basic form, in UTC: `20130524T000000Z`. */
const timeOf = (now: Date): string => `${now.toISOString().replaceAll(/[-:]|\.\d+/g, "")}`;
