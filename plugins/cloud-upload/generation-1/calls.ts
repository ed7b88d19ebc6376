// The calls of the cloud API of generation 1: a session of one's own, and bodies that only its two sides can read.
import { type HttpAnswer, printable } from "@thalamus/sdk";
import { type Static, type TSchema, Type } from "typebox";
import { Check } from "typebox/value";
import type { Cloud } from "../cloud.ts";
import { CloudAway, CloudRefusal, parsed, troubleOf, unreachable } from "../trouble.ts";
import { SessionCipher, withoutPadding } from "./session-cipher.ts";

/** What the server is told asks. */
const ORIGIN = "Thalamus";

const PublicKey = Type.Object({ pub_key: Type.String() });
const Connected = Type.Object({ connectionId: Type.String({ minLength: 1, maxLength: 200 }) });

interface Session {
  readonly id: string;
  readonly cipher: SessionCipher;
}

const sessions = new WeakMap<Cloud, Promise<Session>>();

/** All of it throws CloudAway and CloudRefusal. */
export class OldCalls {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** @returns the server's key in PEM */
  async publicKey(signal: AbortSignal): Promise<string> {
    const { http, calls } = this.#cloud;
    const url = this.#cloud.at("/api/getPubKey");
    const headers = { "origin-type": ORIGIN };
    const answer = await http.send(calls, { method: "GET", url, headers }, signal).catch(unreachable);
    if (answer.status !== 200) throw oldTroubleOf(answer);
    return checked(PublicKey, parsed(answer.body), "/api/getPubKey").pub_key;
  }

  /** In place of the one there is. */
  async newSession(signal: AbortSignal): Promise<void> {
    sessions.delete(this.#cloud);
    await this.#session(signal);
  }

  /** An order without anything yet. */
  newJob(signal: AbortSignal): Promise<Buffer> {
    return this.#asked("GET", "/api/newJob/", undefined, signal);
  }

  async json<S extends TSchema>(
    schema: S,
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<Static<S>> {
    const bytes = body ? await this.#asked("POST", path, body, signal) : await this.newJob(signal);
    return checked(schema, parsed(withoutPadding(bytes)), path);
  }

  /** @returns what the server answers, without looking into it */
  bytes(path: string, body: object, signal: AbortSignal): Promise<Buffer> {
    return this.#asked("POST", path, body, signal);
  }

  /** In a new session when the old one has ended. */
  async #asked(
    method: "GET" | "POST",
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const session = await this.#session(signal);
    let answer = await this.#send(session, method, path, body, signal);
    let reader = session.cipher;
    if (isAboutSession(answer)) {
      sessions.delete(this.#cloud);
      const next = await this.#session(signal);
      reader = next.cipher;
      answer = await this.#send(next, method, path, body, signal);
    }
    if (answer.status < 200 || answer.status >= 300) throw oldTroubleOf(answer);
    return reader.decrypt(answer.body.toString("latin1"));
  }

  #send(
    { id, cipher }: Session,
    method: "GET" | "POST",
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { http, calls } = this.#cloud;
    const headers = { "content-type": "text/plain", "connection-id": id, "origin-type": ORIGIN };
    const request = { method, url: this.#cloud.at(path), headers };
    const sent = body ? { ...request, body: cipher.encrypt(JSON.stringify(body)) } : request;
    // a picture comes as base64 in one answer
    return http.send({ ...calls, maxAnswerBytes: 64_000_000 }, sent, signal).catch(unreachable);
  }

  #session(signal: AbortSignal): Promise<Session> {
    const known = sessions.get(this.#cloud);
    if (known) return known;
    const begun = this.#connect(signal);
    sessions.set(this.#cloud, begun);
    begun.catch(() => sessions.delete(this.#cloud));
    return begun;
  }

  async #connect(signal: AbortSignal): Promise<Session> {
    const { http, calls } = this.#cloud;
    const cipher = new SessionCipher();
    const body = wrapped(cipher, await this.publicKey(signal));
    const { secret } = await this.#cloud.credentials();
    const headers = { "content-type": "text/plain", "origin-type": ORIGIN, "x-api-key": secret };
    const request = { method: "POST" as const, url: this.#cloud.at("/api/connect/"), headers, body };
    const answer = await http.send(calls, request, signal).catch(unreachable);
    if (answer.status !== 200) throw notConnected(oldTroubleOf(answer));
    return { id: checked(Connected, parsed(answer.body), "/api/connect/").connectionId, cipher };
  }
}

function wrapped(cipher: SessionCipher, pem: string): string {
  try {
    return cipher.wrappedFor(pem);
  } catch {
    throw new CloudAway("cloud-upload.bad-answer", "What the cloud gives as its public key is none.");
  }
}

/** Whoever is not let in has a wrong key, whatever status says so. */
const notConnected = (trouble: CloudAway | CloudRefusal): CloudAway =>
  trouble instanceof CloudAway ? trouble : new CloudAway("cloud-upload.sign-in", trouble.message);

const isAboutSession = ({ status, body }: HttpAnswer): boolean =>
  status === 401 || (status >= 400 && status < 500 && /connection|session/i.test(sentenceIn(body)));

function checked<S extends TSchema>(schema: S, value: unknown, path: string): Static<S> {
  if (Check(schema, value)) return value;
  throw new CloudAway(
    "cloud-upload.bad-answer",
    `What the cloud answers to ${path} is not what its API says.`,
  );
}

/** Sentences of generation 1 that mean something for an order. */
const KNOWN: Readonly<Record<string, string>> = {
  "Bucket not found.": "order-expired",
  "Product not found.": "product-unknown",
  "No API key usages remaining.": "no-uses-left",
};
const BUSY = new Set(["Dataset in use, try again later.", "QC in progress."]);

function oldTroubleOf(answer: HttpAnswer): CloudAway | CloudRefusal {
  const said = sentenceIn(answer.body);
  const message = `The cloud answered ${answer.status}: ${said === "" ? "no reason" : said}`;
  if (BUSY.has(said)) return new CloudAway("cloud-upload.busy", message, answer.retryAfterMs);
  if (said === "API key not found.") return new CloudAway("cloud-upload.sign-in", message);
  const trouble = troubleOf(answer);
  if (trouble instanceof CloudAway) return new CloudAway(trouble.code, message, trouble.afterMs);
  return new CloudRefusal(answer.status, KNOWN[said] ?? trouble.problem, message);
}

const LONGEST_SENTENCE = 200;

function sentenceIn(body: Buffer): string {
  const error = parsed(body)?.["error"];
  return typeof error === "string" ? printable(error, LONGEST_SENTENCE) : "";
}
