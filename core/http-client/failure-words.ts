// Says in words why there was no answer, whatever layer failed.
import { HttpError } from "@thalamus/sdk";

interface Words {
  readonly code: string;
  readonly words: string;
  readonly permanent?: boolean;
}

const CODES: Readonly<Record<string, Words>> = {
  ENOTFOUND: { code: "http.name-not-found", words: "no address is known for this name" },
  ENODATA: { code: "http.name-not-found", words: "no address is known for this name" },
  EAI_AGAIN: { code: "http.name-not-found", words: "the name server does not answer" },
  ECONNREFUSED: { code: "http.refused", words: "nobody listens on this port" },
  EHOSTUNREACH: { code: "http.unreachable", words: "there is no way to this host" },
  EHOSTDOWN: { code: "http.unreachable", words: "there is no way to this host" },
  ENETUNREACH: { code: "http.unreachable", words: "there is no way to its network" },
  EACCES: { code: "http.unreachable", words: "a firewall of this machine forbids it" },
  EPERM: { code: "http.unreachable", words: "a firewall of this machine forbids it" },
  ETIMEDOUT: { code: "http.timeout", words: "no connection in time" },
  UND_ERR_CONNECT_TIMEOUT: { code: "http.timeout", words: "no connection in time" },
  UND_ERR_HEADERS_TIMEOUT: { code: "http.timeout", words: "connected, but no answer in time" },
  UND_ERR_BODY_TIMEOUT: { code: "http.timeout", words: "the answer began and did not go on" },
  ECONNRESET: { code: "http.cut", words: "the connection was cut" },
  EPIPE: { code: "http.cut", words: "the connection was cut while the request was sent" },
  UND_ERR_SOCKET: { code: "http.cut", words: "the connection was closed before the answer was complete" },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    code: "http.cut",
    words: "the answer was shorter or longer than it said",
  },
  UND_ERR_HEADERS_OVERFLOW: { code: "http.bad-answer", words: "the head of the answer is too large" },
  UND_ERR_DESTROYED: { code: "http.stopping", words: "the hub is stopping" },
  UND_ERR_CLOSED: { code: "http.stopping", words: "the hub is stopping" },
  CERT_HAS_EXPIRED: { code: "http.tls-certificate", words: "its certificate has expired", permanent: true },
  CERT_NOT_YET_VALID: {
    code: "http.tls-certificate",
    words: "its certificate is not valid yet; look at the clocks",
    permanent: true,
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: "http.tls-certificate",
    words: "its certificate is for another name",
    permanent: true,
  },
  HOSTNAME_MISMATCH: {
    code: "http.tls-certificate",
    words: "its certificate is for another name",
    permanent: true,
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    code: "http.tls-certificate",
    words: "its certificate is self-signed; give it as caFile",
    permanent: true,
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    code: "http.tls-certificate",
    words: "its authority is not trusted; give it as caFile",
    permanent: true,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    code: "http.tls-certificate",
    words: "its authority is not trusted; give it as caFile",
    permanent: true,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    code: "http.tls-certificate",
    words: "its authority is not trusted, or it does not send the certificates between",
    permanent: true,
  },
  CERT_REVOKED: { code: "http.tls-certificate", words: "its certificate is revoked", permanent: true },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: {
    code: "http.tls",
    words: "it wants a client certificate",
    permanent: true,
  },
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: {
    code: "http.tls",
    words: "it wants a client certificate, or other ciphers",
    permanent: true,
  },
  "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE": {
    code: "http.tls",
    words: "it wants a client certificate, or other ciphers",
    permanent: true,
  },
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: {
    code: "http.tls",
    words: "it does not trust the hub's certificate",
    permanent: true,
  },
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: {
    code: "http.tls",
    words: "it speaks no TLS from 1.2 on",
    permanent: true,
  },
  ERR_SSL_UNSUPPORTED_PROTOCOL: { code: "http.tls", words: "it speaks no TLS from 1.2 on", permanent: true },
  ERR_SSL_WRONG_VERSION_NUMBER: { code: "http.tls", words: "it speaks no TLS on this port", permanent: true },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    code: "http.tls",
    words: "it speaks no TLS on this port",
    permanent: true,
  },
};

const PATTERNS: readonly (readonly [RegExp, Words])[] = [
  [
    /^(?:CERT_|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|ERROR_IN_CERT)/,
    { code: "http.tls-certificate", words: "its certificate does not stand up", permanent: true },
  ],
  [
    /^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO)/,
    { code: "http.tls", words: "the TLS handshake failed", permanent: true },
  ],
  [/^HPE_/, { code: "http.bad-answer", words: "what it answers is no HTTP" }],
];

/** Nothing that is known of an error is shown but its code: texts of errors quote what they fail at. */
export function failureOf(error: unknown, host: string): unknown {
  if (error instanceof HttpError) return error;
  const { name, cause, message = "", ...coded } = error as NodeJS.ErrnoException & { cause?: unknown };
  const code = name === "HTTPParserError" ? "HPE_" : coded.code;
  if (cause instanceof HttpError) return cause;
  const [, proxyStatus] = /Proxy response \((\d+)\)/.exec(message) ?? [];
  if (proxyStatus !== undefined) {
    return new HttpError("http.proxy", `The proxy does not connect to ${host}: it answers ${proxyStatus}.`);
  }
  const words = wordsFor(code ?? "");
  if (words)
    return new HttpError(words.code, `${host}: ${words.words}${detail(code ?? "", words)}.`, words.permanent);
  return cause === undefined ? error : failureOf(cause, host);
}

const wordsFor = (code: string): Words | undefined =>
  CODES[code] ?? PATTERNS.find(([pattern]) => pattern.test(code))?.[1];

/** For those who look the reason up, where the words are only general. */
const detail = (code: string, words: Words): string =>
  CODES[code] === words || code === "HPE_" ? "" : ` (${code})`;

/** @returns milliseconds from now, of seconds or of a date (RFC 9110 10.2.3) */
export function retryAfterMs(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const given = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(given) ? Math.min(Math.max(given, 0), DAY_MS) : undefined;
}

const DAY_MS = 86_400_000;
