// The demo's way into the hub: the same API that everybody has.
import type { Static } from "typebox";
import type { StudyInfo, StudyRow } from "../../core/http/schemas.ts";

export type Info = Static<typeof StudyInfo>;

export class HubClient {
  readonly #base: string;
  readonly #cookie: string;

  private constructor(base: string, cookie: string) {
    this.#base = base;
    this.#cookie = cookie;
  }

  static async signIn(port: number, name: string, password: string): Promise<HubClient> {
    const base = `http://127.0.0.1:${port}`;
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ name, password });
    const response = await fetch(`${base}/api/session`, { method: "POST", headers, body });
    if (!response.ok) throw new Error(`sign-in answered ${response.status}`);
    const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]);
    return new HubClient(base, cookie.join("; "));
  }

  async studies(): Promise<Static<typeof StudyRow>[]> {
    const { data } = await this.#get<{ data: Static<typeof StudyRow>[] }>(
      "/api/studies?sort=statusSince&perPage=50",
    );
    return data;
  }

  info(id: string): Promise<Info> {
    return this.#get(`/api/study-info/${id}`);
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#base}${path}`, { headers: { cookie: this.#cookie } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as T;
  }
}
