// The calls of the cloud API of generation 2 that the edge makes: bearer token, answers by schema.
import type { HttpAnswer, HttpFile, HttpRequest } from "@thalamus/sdk";
import {
  UploadBegun as BegunByContract,
  CloudOrder,
  CloudOrderPage,
  CloudResultIndex,
  type Heartbeat,
  type NewCloudOrder,
  PartUrls,
  type UploadComplete,
} from "@thalamus/sdk/cloud";
import { type Static, type TSchema, Type } from "typebox";
import { Check } from "typebox/value";
import type { Cloud } from "../cloud.ts";
import { CloudAway, parsed, troubleOf, unreachable } from "../trouble.ts";

/** How small parts may be is the cloud's affair. */
const UploadBegun = Type.Object({ ...BegunByContract.properties, part_bytes: Type.Integer({ minimum: 1 }) });
export type UploadBegun = Static<typeof UploadBegun>;

type Query = Readonly<Record<string, string | undefined>>;
export type ResultKind = "diagnostic" | "failure";

/** Which file of a result. */
export interface FileOfResult {
  readonly product: string;
  readonly report_type: string | null;
  readonly name: string;
}

interface Asked {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly key?: string;
  readonly saveTo?: HttpFile;
}

/** All of it throws CloudAway and CloudRefusal. */
export class CloudCalls {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  newOrder(order: NewCloudOrder, key: string, signal: AbortSignal): Promise<CloudOrder> {
    return this.#json(CloudOrder, { method: "POST", path: "/new-order", body: order, key }, signal);
  }

  async status(orderId: string, signal: AbortSignal): Promise<CloudOrder> {
    const query = { order_id: orderId };
    const order = await this.#json(CloudOrder, { method: "GET", path: "/status", query }, signal);
    if (order.order_id === orderId) return order;
    throw new CloudAway("cloud-upload.bad-answer", "The cloud answered with the status of another order.");
  }

  cancel(orderId: string, signal: AbortSignal): Promise<CloudOrder> {
    const query = { order_id: orderId };
    return this.#json(CloudOrder, { method: "PATCH", path: "/cancel-order", query }, signal);
  }

  beginUpload(orderId: string, bytes: number, signal: AbortSignal): Promise<UploadBegun> {
    const body = { order_id: orderId, bytes };
    return this.#json(UploadBegun, { method: "POST", path: "/upload/multipart/initiate", body }, signal);
  }

  async partUrl(
    uploadId: string,
    part: { readonly part_number: number; readonly sha256: string },
    signal: AbortSignal,
  ): Promise<PartUrls["parts"][number]> {
    const path = "/upload/multipart/presigned-urls";
    const body = { upload_id: uploadId, parts: [part] };
    const { parts } = await this.#json(PartUrls, { method: "POST", path, body }, signal);
    const url = parts.find(({ part_number }) => part_number === part.part_number);
    if (url) return url;
    throw new CloudAway("cloud-upload.bad-answer", "The cloud gave no address for a part.");
  }

  completeUpload(complete: UploadComplete, signal: AbortSignal): Promise<CloudOrder> {
    const path = "/upload/multipart/complete";
    return this.#json(CloudOrder, { method: "POST", path, body: complete }, signal);
  }

  abortUpload(uploadId: string, signal: AbortSignal): Promise<CloudOrder> {
    const path = "/upload/multipart/abort";
    return this.#json(CloudOrder, { method: "POST", path, body: { upload_id: uploadId } }, signal);
  }

  resultIndex(orderId: string, kind: ResultKind, signal: AbortSignal): Promise<CloudResultIndex> {
    const query = { order_id: orderId, report_type: "index" };
    return this.#json(CloudResultIndex, { method: "GET", path: RESULT_PATHS[kind], query }, signal);
  }

  resultFile(
    orderId: string,
    kind: ResultKind,
    { product, report_type: type, name }: FileOfResult,
    saveTo: HttpFile,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const which: Query = type === null ? { name } : { report_type: type };
    const query = { order_id: orderId, product, ...which };
    return this.#asked({ method: "GET", path: RESULT_PATHS[kind], query, saveTo }, signal);
  }

  /** @returns orders that changed at `since` or later, oldest change first */
  orders(
    query: { readonly since?: string | undefined; readonly cursor?: string | undefined },
    signal: AbortSignal,
  ): Promise<CloudOrderPage> {
    const { since, cursor } = query;
    const wanted = { scope: "organisation", updated_since: since, cursor, limit: "200" };
    return this.#json(CloudOrderPage, { method: "GET", path: "/list-orders", query: wanted }, signal);
  }

  async heartbeat(heartbeat: Heartbeat, signal: AbortSignal): Promise<void> {
    await this.#asked({ method: "POST", path: "/agents/heartbeat", body: heartbeat }, signal);
  }

  async #json<S extends TSchema>(schema: S, asked: Asked, signal: AbortSignal): Promise<Static<S>> {
    const answer = await this.#asked(asked, signal);
    const value = answer.isTruncated ? undefined : parsed(answer.body);
    if (Check(schema, value)) return value;
    const message = `What the cloud answers to ${asked.path} is not what its API says.`;
    throw new CloudAway("cloud-upload.bad-answer", message);
  }

  /** With one token more when the first one is refused. */
  async #asked(asked: Asked, signal: AbortSignal): Promise<HttpAnswer> {
    const { token } = this.#cloud;
    const first = await token.current(signal);
    let answer = await this.#send(asked, first, signal);
    if (answer.status === 401) {
      token.forget(first);
      answer = await this.#send(asked, await token.current(signal), signal);
    }
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw troubleOf(answer);
  }

  #send(asked: Asked, token: string, signal: AbortSignal): Promise<HttpAnswer> {
    const { method, path, query = {}, body, key, saveTo } = asked;
    const { http, files, calls } = this.#cloud;
    const request: HttpRequest = {
      method,
      url: this.#cloud.at(path, query),
      headers: {
        accept: saveTo ? "*/*" : "application/json",
        authorization: `Bearer ${token}`,
        ...(key === undefined ? {} : { "idempotency-key": key }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(saveTo ? { saveTo } : {}),
    };
    return http.send(saveTo ? files : calls, request, signal).catch(unreachable);
  }
}

const RESULT_PATHS: Readonly<Record<ResultKind, string>> = {
  diagnostic: "/results",
  failure: "/failure-report",
};
