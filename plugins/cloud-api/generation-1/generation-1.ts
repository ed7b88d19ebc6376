// The cloud API of generation 1: which call a request is, in and out of its cipher.
import type { Exchange } from "../exchange.ts";
import type { RateLimit } from "../rate-limit.ts";
import { Refusal } from "../refusal.ts";
import { refuseWhenFast } from "../sign-in-brake.ts";
import type { Call, CallParts } from "./call.ts";
import type { Connections } from "./connections.ts";
import { deskRefusal, refusal } from "./error-words.ts";
import { checkStatus, newJob, runJob } from "./order-calls.ts";
import { qcCheck } from "./quality-calls.ts";
import { getResults } from "./result-calls.ts";
import type { ServerKey } from "./server-key.ts";
import { decryptJson, encrypt } from "./session-cipher.ts";
import { completeMultipartUpload, multipartPresignedUrl, multipartUploadRequest } from "./upload-calls.ts";
import { getReport } from "./usage-calls.ts";

/** Calls over a connection, by the last segment of their address. */
export const CALLS: ReadonlyMap<string, Call> = new Map(
  Object.entries({
    ...{ newJob, runJob, checkStatus, getResults, qcCheck, getReport },
    ...{ multipartUploadRequest, multipartPresignedUrl, completeMultipartUpload },
  }),
);

export interface GenerationOneParts extends CallParts {
  readonly serverKey: ServerKey;
  readonly connections: Connections;
  readonly rate: RateLimit;
}

export class GenerationOne {
  readonly #parts: GenerationOneParts;

  constructor(parts: GenerationOneParts) {
    this.#parts = parts;
  }

  /**
   * @param name what follows `/api/`, with or without a slash at its end
   * @throws Refusal
   */
  async serve(exchange: Exchange, name: string): Promise<void> {
    const { serverKey, connections } = this.#parts;
    const call = name.replace(/\/$/, "");
    if (call === "getPubKey") {
      requireMethod(exchange, "GET");
      return exchange.json(200, { pub_key: serverKey.publicPem });
    }
    if (call === "connect") {
      requireMethod(exchange, "POST");
      return exchange.json(200, { connectionId: await connections.begin(exchange) });
    }
    const declared = CALLS.get(call);
    if (!declared) throw new Refusal(404, "cloud-api.not-found", "Not found.");
    requireMethod(exchange, declared.method);
    exchange.fields["call"] = call;
    await this.#answer(exchange, declared);
  }

  async #answer(exchange: Exchange, call: Call): Promise<void> {
    const { connections, rate } = this.#parts;
    const { caller, aesKey } = await connections.find(exchange);
    refuseWhenFast(rate.wait(caller.keyId));
    if (!caller.scopes.includes(call.scope)) throw refusal("no-scope");
    const body = call.method === "GET" ? undefined : await this.#bodyOf(exchange, aesKey);
    try {
      const reply = await call.answer({ ...this.#parts, caller, exchange }, body);
      exchange.text(call.status, encrypt(reply, aesKey));
    } catch (error) {
      throw deskRefusal(error) ?? error;
    }
  }

  async #bodyOf(exchange: Exchange, aesKey: Buffer): Promise<unknown> {
    const body = decryptJson((await exchange.body()).toString("latin1"), aesKey);
    if (body === undefined) throw refusal("not-decrypted");
    return body;
  }
}

function requireMethod({ method }: Exchange, wanted: string): void {
  if (method === wanted) return;
  throw new Refusal(405, "cloud-api.wrong-method", "Method not allowed.", { headers: { Allow: wanted } });
}
