// Lets pages of web sites that the site names use generation 1 (CORS; Fetch standard 3.2).
import type { IncomingMessage, ServerResponse } from "node:http";

/** What the JavaScript client sends, beside what every page may. */
const HEADERS = "Content-Type, Origin-Type, X-Api-Key, Connection-Id";
const PREFLIGHT_SECONDS = "600";

export class CrossOrigin {
  readonly #any: boolean;
  readonly #origins: ReadonlySet<string>;

  /** @param origins `https://viewer.example.org`, or `*` */
  constructor(origins: readonly string[]) {
    this.#any = origins.includes("*");
    this.#origins = new Set(origins);
  }

  allows(origin: string): boolean {
    return this.#any || this.#origins.has(origin);
  }

  /** Headers of every answer to such a page, refusals too: without them it could not read what is wrong. */
  mark({ headers }: IncomingMessage, response: ServerResponse): void {
    const { origin } = headers;
    response.setHeader("Vary", "Origin");
    if (origin === undefined || !this.allows(origin)) return;
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Access-Control-Expose-Headers", "ETag, Retry-After");
  }

  /** @returns headers of the answer to a preflight; none of them when the page may not come in */
  preflight({ headers }: IncomingMessage): Readonly<Record<string, string>> {
    if (headers.origin === undefined || !this.allows(headers.origin)) return {};
    return {
      "Access-Control-Allow-Methods": "GET, POST, PUT",
      "Access-Control-Allow-Headers": HEADERS,
      "Access-Control-Max-Age": PREFLIGHT_SECONDS,
    };
  }
}
