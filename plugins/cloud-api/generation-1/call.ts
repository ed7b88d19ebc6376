// One call of generation 1 as it is declared: its method, what it brings, and how it is answered.
import type { CloudAccess, CloudCaller, Mailer, OrderDesk, Static, TSchema } from "@thalamus/sdk";
import type { CloudScope } from "@thalamus/sdk/cloud";
import type { Exchange } from "../exchange.ts";
import type { CloudApiSettings } from "../settings.ts";
import { fieldsOf } from "./request-fields.ts";

/** What calls are answered with. */
export interface CallParts {
  readonly access: CloudAccess;
  readonly desk: OrderDesk;
  readonly mailer: Mailer;
  readonly settings: CloudApiSettings;
}

export interface OpenCall<F> extends CallParts {
  readonly caller: CloudCaller;
  readonly fields: F;
  readonly exchange: Exchange;
}

/** A text, or bytes of a picture; it is encrypted before it leaves. */
export type Reply = string | Uint8Array;

export interface Call {
  readonly method: "GET" | "POST";
  readonly status: number;
  /** What its key must be good for, as in generation 2. */
  readonly scope: CloudScope;
  /** @param body decrypted; of GET nothing */
  answer(open: Omit<OpenCall<unknown>, "fields">, body: unknown): Promise<Reply>;
}

export function post<const S extends TSchema>(
  scope: CloudScope,
  schema: S,
  answer: (call: OpenCall<Static<S>>) => Promise<Reply>,
  status = 200,
): Call {
  const read = fieldsOf(schema);
  return { method: "POST", status, scope, answer: (open, body) => answer({ ...open, fields: read(body) }) };
}

export const get = (
  scope: CloudScope,
  answer: (call: Omit<OpenCall<unknown>, "fields">) => Promise<Reply>,
  status: number,
): Call => ({
  method: "GET",
  ...{ status, scope },
  answer: (open) => answer(open),
});
