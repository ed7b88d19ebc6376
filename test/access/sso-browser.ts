// As much of a browser as single sign-on needs: keeps cookies, follows nothing by itself.

export class SsoBrowser {
  readonly #base: string;
  readonly #address: string | undefined;
  readonly cookies = new Map<string, string>();

  /** @param address as a trusted proxy tells it, so that one test does not use up the rate of another */
  constructor(port: number, address?: string) {
    this.#base = `http://127.0.0.1:${port}`;
    this.#address = address;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const url = path.startsWith("http") ? path : `${this.#base}${path}`;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(cookie === "" ? {} : { cookie }),
      ...(this.#address === undefined ? {} : { "x-forwarded-for": this.#address }),
    };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = line.split(";")[0]!.split("=");
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  async location(path: string, init?: RequestInit): Promise<string> {
    const response = await this.fetch(path, init);
    if (response.status !== 303) throw new Error(`${path.slice(0, 60)} answered ${response.status}`);
    return response.headers.get("location") ?? "";
  }

  /** A form that the page of an identity provider posts: it brings no cookies of ours along. */
  postFromElsewhere(path: string, form: Readonly<Record<string, string>>): Promise<string> {
    const held = new Map(this.cookies);
    this.cookies.clear();
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      ...{ origin: "https://idp.example", "sec-fetch-site": "cross-site" },
    };
    const body = new URLSearchParams(form).toString();
    return this.location(path, { method: "POST", headers, body }).finally(() => {
      for (const [name, value] of held) this.cookies.set(name, value);
    });
  }

  async whoAmI(): Promise<Record<string, unknown> | undefined> {
    const response = await this.fetch("/api/session");
    return response.status === 200 ? ((await response.json()) as Record<string, unknown>) : undefined;
  }
}
