// A client of the order desk for tests: an organisation's member who orders, uploads in parts, and waits for results.
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import type {
  CloudCaller,
  DeskOrder,
  DeskUpload,
  NewDeskOrder,
  OrderDesk,
  PartAddress,
  UploadWanted,
} from "@thalamus/sdk";
import type pg from "pg";
import { vi } from "vitest";

/** The plugin entry that lets tests in. */
export const DESK_DOOR = { path: join(import.meta.dirname, "desk-door") };

/** What the desk answers, as it comes over HTTP: times are text. */
type Answer<K extends keyof OrderDesk> = Awaited<ReturnType<OrderDesk[K]>>;
type Given<K extends keyof OrderDesk> =
  Parameters<OrderDesk[K]> extends [CloudCaller, ...infer Rest] ? Rest : never;

/** The desk said no. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export function callerOf(
  organisationId: string = randomUUID(),
  more: Partial<CloudCaller> = {},
): CloudCaller {
  const scopes = ["orders:read", "orders:write", "results:read"] as const;
  return { organisationId, memberId: randomUUID(), keyId: randomUUID(), scopes, isAdmin: false, ...more };
}

export class DeskClient {
  readonly caller: CloudCaller;
  readonly #base: string;
  readonly #database: pg.Pool;
  #enlisted: Promise<void> | undefined;

  /** @param database of the hub, where the caller's organisation and key are put on record */
  constructor(httpPort: number, database: pg.Pool, caller: CloudCaller = callerOf()) {
    this.#base = `http://127.0.0.1:${httpPort}/desk`;
    this.#database = database;
    this.caller = caller;
  }

  /** @throws Refused */
  async ask<K extends Exclude<keyof OrderDesk, "receivePart" | "open" | "batchReport">>(
    act: K,
    ...given: Given<K>
  ): Promise<Answer<K>> {
    return (await (await this.#call(act, given)).json()) as Answer<K>;
  }

  /** A file of a result, or of a batch. */
  async file(act: "open" | "batchReport", ...given: readonly unknown[]) {
    const response = await this.#call(act, given);
    const file = JSON.parse(response.headers.get("x-file") ?? "{}") as { name: string; sha256: string };
    return { ...file, content: Buffer.from(await response.arrayBuffer()) };
  }

  place(order: Partial<NewDeskOrder> = {}): Promise<DeskOrder> {
    return this.ask("place", { generation: 2, products: ["quick-report"], ...order });
  }

  find(orderId: string): Promise<DeskOrder> {
    return this.ask("find", { orderId });
  }

  async addresses(upload: string, ...numbers: readonly number[]): Promise<readonly PartAddress[]> {
    const parts = numbers.map((number) => ({ number }));
    return await this.ask("partAddresses", upload, parts, `${this.#base}/parts`);
  }

  /** @returns the ETag; @throws Refused */
  async put({ url, headers }: Pick<PartAddress, "url" | "headers">, bytes: Buffer): Promise<string> {
    const response = await fetch(url, {
      method: "PUT",
      headers: { ...headers },
      body: new Uint8Array(bytes),
    });
    if (response.ok) return response.headers.get("etag") ?? "";
    throw new Refused(await codeOf(response));
  }

  /** Begins an upload and sends its parts. */
  async send(orderId: string, archive: Buffer, wanted: UploadWanted = { bytes: archive.length }) {
    const upload: DeskUpload = await this.ask("beginUpload", orderId, wanted);
    const parts: { number: number; etag: string }[] = [];
    for (let from = 0, number = 1; from < archive.length; from += upload.partBytes, number += 1) {
      const [address] = await this.addresses(upload.id, number);
      const etag = await this.put(address!, archive.subarray(from, from + upload.partBytes));
      parts.push({ number, etag });
    }
    return { upload, parts };
  }

  /** The same, and completes it. */
  async deliver(
    orderId: string,
    archive: Buffer,
    { final = true, ...wanted }: UploadWanted & { readonly final?: boolean } = {},
  ): Promise<DeskOrder> {
    const { upload, parts } = await this.send(orderId, archive, { bytes: archive.length, ...wanted });
    return this.ask("completeUpload", upload.id, parts, final);
  }

  /** Asks until the condition holds. */
  async until(
    orderId: string,
    condition: (order: DeskOrder) => boolean,
    timeout = 30_000,
  ): Promise<DeskOrder> {
    let order: DeskOrder | undefined;
    const look = async () => {
      order = await this.find(orderId);
      if (!condition(order))
        throw new Error(`the order is ${order.status}: ${order.info}, ${order.failure?.code}`);
    };
    await vi.waitFor(look, { timeout, interval: 50 });
    return order!;
  }

  delivered(orderId: string): Promise<DeskOrder> {
    return this.until(orderId, ({ status }) => status === "DELIVERED");
  }

  failed(orderId: string): Promise<DeskOrder> {
    return this.until(orderId, ({ status }) => status === "FAILED");
  }

  async #call(act: string, given: readonly unknown[]): Promise<Response> {
    this.#enlisted ??= enlist(this.#database, this.caller);
    await this.#enlisted;
    const body = JSON.stringify({ act, given: [this.caller, ...given] });
    const response = await fetch(`${this.#base}/call`, { method: "POST", body });
    if (response.ok) return response;
    throw new Refused(await codeOf(response));
  }
}

async function codeOf(response: Response): Promise<string> {
  const text = await response.text();
  return (JSON.parse(text) as { code?: string }).code ?? text;
}

export const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Puts an organisation on record that may order the small product, with a member and a key without a quota. */
async function enlist(database: pg.Pool, { organisationId, memberId, keyId }: CloudCaller): Promise<void> {
  const into = (table: string, columns: string, ...values: readonly string[]) => {
    const places = values.map((_, index) => `$${index + 1}`).join(", ");
    const sql = `insert into ${table} (${columns}) values (${places}) on conflict do nothing`;
    return database.query(sql, [...values]);
  };
  await into("organisation", "id, name", organisationId, organisationId);
  await into("entitlement", "id, organisation_id, product", randomUUID(), organisationId, "quick-report");
  await into("cloud_member", "id, organisation_id, name", memberId, organisationId, memberId);
  const key = [keyId, memberId, "key", keyId.replaceAll("-", "").padEnd(64, "0"), "thk_", "{}"] as const;
  await into("cloud_key", "id, member_id, name, secret_hash, prefix, scopes", ...key);
}

/** What a promise was refused with. */
export const refusalOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => "nothing",
    (error: Error) => (error instanceof Refused ? error.code : `${error}`),
  );
