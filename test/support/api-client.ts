// A signed-in client of the hub's API for tests.
import { ADMIN_PASSWORD } from "./hub-in-test.ts";

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

export class ApiClient {
  readonly #base: string;
  #cookie = "";

  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}`;
  }

  static async signedIn(port: number): Promise<ApiClient> {
    const client = new ApiClient(port);
    const { status } = await client.call("POST", "/api/session", { name: "admin", password: ADMIN_PASSWORD });
    if (status !== 200) throw new Error(`sign-in answered ${status}`);
    return client;
  }

  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await this.fetch(path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as T };
  }

  address(path: string): string {
    return `${this.#base}${path}`;
  }

  /** For clients that bring their own way to send. */
  headers(): Record<string, string> {
    return { cookie: this.#cookie };
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>), cookie: this.#cookie };
    const response = await fetch(`${this.#base}${path}`, { ...init, headers });
    const cookie = response.headers.getSetCookie()[0];
    if (cookie !== undefined) this.#cookie = cookie.split(";")[0]!;
    return response;
  }
}
