// Slows down who signs in: so many a minute from one address, and longer waits after wrong secrets.
import { AttemptLimit, type Refusals } from "@thalamus/sdk";
import type { CloudApiCounts } from "./metrics.ts";
import { RateLimit } from "./rate-limit.ts";
import { Refusal } from "./refusal.ts";

/** What the answer to a wrong secret says. */
const CODES = { connection: "cloud-api.unknown-key", token: "cloud-api.invalid-client" } as const;

/** Shared by both generations, so that one does not help to guess for the other. */
export class SignInBrake {
  readonly #wrong = new AttemptLimit();
  readonly #rate: RateLimit;
  readonly #counts: CloudApiCounts;
  readonly #refusals: Refusals;

  constructor(perMinute: number, counts: CloudApiCounts, refusals: Refusals) {
    this.#rate = new RateLimit(perMinute);
    this.#counts = counts;
    this.#refusals = refusals;
  }

  /**
   * @param check looks at the secret
   * @returns what the check found; undefined when the secret is wrong
   * @throws Refusal 429 `cloud-api.wait` or `cloud-api.rate-limited`, without a look
   */
  async pass<T>(
    kind: "connection" | "token",
    address: string,
    check: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const wait = Math.ceil(this.#wrong.wait(address) / 1000);
    if (wait > 0) {
      const message = `Too many wrong keys from this address. Wait ${wait} s and try again.`;
      throw new Refusal(429, "cloud-api.wait", message, { retryAfter: wait });
    }
    refuseWhenFast(this.#rate.wait(address));
    const found = await check();
    if (found === undefined) this.#wrong.failed(address);
    else this.#wrong.succeeded(address);
    this.#counts.signIn(kind, found === undefined ? "refused" : "granted");
    if (found === undefined) await this.#refusals.tell({ kind: "key", address, code: CODES[kind] });
    return found;
  }
}

/** @param wait in seconds; 0: nothing happens */
export function refuseWhenFast(wait: number): void {
  if (wait === 0) return;
  const message = `Too many requests. Wait ${wait} s and try again.`;
  throw new Refusal(429, "cloud-api.rate-limited", message, { retryAfter: wait });
}
