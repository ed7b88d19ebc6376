// Products of a running hub from the command line: lists them, gives one another image, and takes that back.
import type { Static } from "typebox";
import type { ProductInfo } from "../core/http/routes/product-routes.ts";

type Product = Static<typeof ProductInfo>;

const ASK_MS = 500;

/** What the user needs to see, and nothing else. */
export class HubFailure extends Error {}

export interface HubAccess {
  /** `http://127.0.0.1:8080` */
  readonly hub: string;
  readonly user: string;
  readonly password: string | undefined;
}

/** Signed in at a hub; writes what it finds to standard output. */
export class HubProducts {
  readonly #hub: string;
  readonly #cookie: string;

  private constructor(hub: string, cookie: string) {
    this.#hub = hub;
    this.#cookie = cookie;
  }

  /** @throws HubFailure */
  static async signIn({ hub, user, password }: HubAccess): Promise<HubProducts> {
    if (!password) throw new HubFailure("Set THALAMUS_PASSWORD to the password of the account.");
    const base = hub.replace(/\/+$/, "");
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ name: user, password });
    const answer = await fetch(`${base}/api/session`, { method: "POST", headers, body }).catch(
      () => undefined,
    );
    if (!answer) throw new HubFailure(`${base} does not answer.`);
    if (!answer.ok) throw new HubFailure(`Signing in was refused (${answer.status}).`);
    const cookies = answer.headers.getSetCookie().map((line) => line.split(";")[0]);
    return new HubProducts(base, cookies.join("; "));
  }

  async list(): Promise<void> {
    for (const product of await this.#products()) process.stdout.write(`${linesOf(product).join("\n")}\n`);
  }

  /** @returns the exit code: 0 when the image is in place */
  async update(id: string, image: string, version: string | undefined): Promise<number> {
    const body = { image, ...(version === undefined ? {} : { version }) };
    await this.#call("POST", `/api/products/${encodeURIComponent(id)}/image`, body);
    return this.#end(id);
  }

  async rollBack(id: string): Promise<number> {
    await this.#call("POST", `/api/products/${encodeURIComponent(id)}/rollback`);
    return this.#end(id);
  }

  async #end(id: string): Promise<number> {
    let told = "";
    for (;;) {
      const product = (await this.#products()).find((one) => one.id === id);
      const { change } = product ?? {};
      if (!product || !change) throw new HubFailure("The hub does not know any more what became of it.");
      const text = `${change.stage} ${Math.floor(change.progress * 100)} %`;
      if (change.state === "running" && change.stage !== "" && text !== told)
        process.stderr.write(`${text}\n`);
      told = text;
      if (change.state === "done") {
        process.stdout.write(`${linesOf(product).join("\n")}\n`);
        return 0;
      }
      if (change.state === "failed") {
        process.stdout.write(`Nothing was changed. ${change.code}: ${change.message}\n`);
        return 1;
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
  }

  async #products(): Promise<readonly Product[]> {
    return (await this.#call<{ data: Product[] }>("GET", "/api/products")).data;
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = { cookie: this.#cookie, "content-type": "application/json" };
    const answer = await fetch(`${this.#hub}${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    const said = (text === "" ? undefined : JSON.parse(text)) as (T & { message?: string }) | undefined;
    if (!answer.ok) throw new HubFailure(said?.message ?? `The hub answered ${answer.status}.`);
    return said as T;
  }
}

function linesOf(product: Product): string[] {
  const { id, version, name, intendedUse, image, earlier, problem, entry } = product;
  return [
    `${id} ${version}: ${name} (${intendedUse ?? "no intended use given"}), run by ${entry}`,
    ...(image === null ? [] : [`  image    ${image}`]),
    ...earlier.map((one) => `  earlier  ${one}`),
    ...(problem === null ? [] : [`  ${problem}`]),
  ];
}
