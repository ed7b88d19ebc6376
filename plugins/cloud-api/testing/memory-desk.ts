// A desk in memory that takes everything at once; everything else is tested with a real hub.
import { createHash, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import {
  type CloudCaller,
  type DeskOrder,
  DeskRefusal,
  type DeskResult,
  type OrderDesk,
} from "@thalamus/sdk";
import type { OrderMetadata } from "@thalamus/sdk/cloud";

export interface MemoryDesk extends OrderDesk {
  /** Parts that arrived, by address. */
  readonly parts: ReadonlyMap<string, Buffer>;
  /** Everything from now on is refused so. */
  refuse: DeskRefusal["code"] | undefined;
  /** Ends an order with these files. */
  finish(orderId: string, kind: DeskResult["kind"], files: Readonly<Record<string, string | Buffer>>): void;
  change(orderId: string, change: Partial<DeskOrder>): void;
}

const AT = new Date("2026-02-03T04:05:06Z");
const LATER = new Date("2099-01-01T00:00:00Z");
const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");

export function memoryDesk(): MemoryDesk {
  const orders = new Map<string, { order: DeskOrder; owner: string; metadata: OrderMetadata }>();
  const uploads = new Map<string, { orderId: string; owner: string }>();
  const contents = new Map<string, string | Buffer>();
  const parts = new Map<string, Buffer>();

  const no = (code: DeskRefusal["code"]) => new DeskRefusal(code, `Refused: ${code}.`);
  const entryOf = ({ organisationId }: CloudCaller, orderId: string) => {
    if (desk.refuse) throw no(desk.refuse);
    const entry = orders.get(orderId);
    if (entry?.owner !== organisationId) throw no("desk.unknown-order");
    return entry;
  };
  const orderOf = (caller: CloudCaller, which: { orderId?: string; studyUid?: string }): DeskOrder => {
    const { studyUid } = which;
    const id =
      which.orderId ?? [...orders.values()].findLast(({ order }) => order.studyUid === studyUid)?.order.id;
    return entryOf(caller, id ?? "").order;
  };
  const uploadOf = ({ organisationId }: CloudCaller, uploadId: string) => {
    if (desk.refuse) throw no(desk.refuse);
    const upload = uploads.get(uploadId);
    if (upload?.owner !== organisationId) throw no("desk.unknown-upload");
    return upload;
  };
  const change = (orderId: string, more: Partial<DeskOrder>): DeskOrder => {
    const entry = orders.get(orderId)!;
    entry.order = { ...entry.order, ...more };
    return entry.order;
  };

  const desk: MemoryDesk = {
    parts,
    refuse: undefined,
    change,
    finish: (orderId, kind, files) => {
      for (const [name, content] of Object.entries(files)) contents.set(`${orderId} ${name}`, content);
      const result: DeskResult = {
        ...{ product: "dti-metrics", productVersion: "0.1.0", kind, createdAt: AT, warnings: [] },
        files: Object.entries(files).map(([name, content]) => ({
          ...{ name, mediaType: "application/octet-stream", bytes: Buffer.byteLength(content) },
          sha256: sha256(content),
        })),
        indexes: kind === "diagnostic" ? [{ name: "FA <brain>", value: 0.25, unit: "1" }] : [],
        error: kind === "failure" ? { code: "NO_DTI_SERIES", message: "No series fits." } : undefined,
      };
      change(orderId, { status: kind === "diagnostic" ? "DELIVERED" : "FAILED", results: [result] });
    },
    place: async (caller, wanted) => {
      if (desk.refuse) throw no(desk.refuse);
      const id = randomUUID();
      const order: DeskOrder = {
        ...{ id, status: "PENDING", progress: 0, info: "", products: wanted.products, hasData: false },
        ...{ studyUid: wanted.studyUid, studyName: wanted.studyName, batch: undefined, results: [] },
        ...{ createdAt: AT, updatedAt: AT, expiresAt: undefined, failure: undefined, pollAfterSeconds: 5 },
      };
      orders.set(id, { order, owner: caller.organisationId, metadata: wanted.metadata ?? {} });
      return order;
    },
    find: async (caller, which) => orderOf(caller, which),
    list: async (caller) => {
      if (desk.refuse) throw no(desk.refuse);
      const own = [...orders.values()].filter(({ owner }) => owner === caller.organisationId);
      return { orders: own.map(({ order }) => order), cursor: undefined };
    },
    metadata: async (caller, which) => entryOf(caller, orderOf(caller, which).id).metadata,
    addMetadata: async (caller, which, more) => {
      const entry = entryOf(caller, orderOf(caller, which).id);
      entry.metadata = { ...entry.metadata, ...more };
      return entry.order;
    },
    cancel: async (caller, which) => change(orderOf(caller, which).id, { status: "CANCELLED" }),
    run: async (caller, orderId, product) => {
      if (!orderOf(caller, { orderId }).hasData) throw no("desk.no-data");
      return change(orderId, { products: [product], status: "DX_STARTED", progress: 0.02, info: "At work" });
    },
    quality: async (caller, orderId) => {
      const { hasData, failure } = orderOf(caller, { orderId });
      if (failure) {
        const line = { id: failure.code, title: "Data can be taken in", found: failure.message, wanted: "" };
        return { verdict: "fail", lines: [{ ...line, verdict: "fail" }] };
      }
      if (!hasData) throw no("desk.no-data");
      const line = { id: "A-301", title: "Series, at least one", found: "1", wanted: "1" };
      return { verdict: "pass", lines: [{ ...line, verdict: "pass" }] };
    },
    subject: async (caller, which) => {
      const { studyUid = "1.2.3" } = orderOf(caller, which);
      return { studyUid, patientId: "P-1", files: 48 };
    },
    open: async (caller, which, { name }) => {
      const order = orderOf(caller, which);
      const content = contents.get(`${order.id} ${name}`);
      const file = order.results.flatMap(({ files }) => files).find((one) => one.name === name);
      if (content === undefined || !file) throw no("desk.no-such-report");
      return { ...file, content: Readable.from([Buffer.from(content)]) };
    },
    beginUpload: async (caller, orderId) => {
      const id = randomUUID();
      uploads.set(id, { orderId: orderOf(caller, { orderId }).id, owner: caller.organisationId });
      return { id, partBytes: 5 * 2 ** 20, parts: 100, received: [], expiresAt: LATER };
    },
    partAddresses: async (caller, uploadId, wanted, baseUrl) => {
      uploadOf(caller, uploadId);
      return wanted.map(({ number }) => {
        return { number, url: `${baseUrl}/${uploadId}/${number}`, headers: {}, expiresAt: LATER };
      });
    },
    receivePart: async (address, content) => {
      if (desk.refuse) throw no(desk.refuse);
      if (!uploads.has(address.split("/")[0] ?? "")) throw no("desk.bad-address");
      const pieces: Buffer[] = [];
      for await (const piece of content as AsyncIterable<Buffer>) pieces.push(piece);
      const whole = Buffer.concat(pieces);
      parts.set(address, whole);
      return { etag: sha256(whole) };
    },
    completeUpload: async (caller, uploadId, wanted, final) => {
      const { orderId } = uploadOf(caller, uploadId);
      for (const { number, etag } of wanted) {
        const part = parts.get(`${uploadId}/${number}`);
        if (!part) throw no("desk.part-missing");
        if (sha256(part) !== etag) throw no("desk.part-differs");
      }
      return change(orderId, { hasData: final });
    },
    abortUpload: async (caller, uploadId) =>
      change(uploadOf(caller, uploadId).orderId, { status: "CANCELLED" }),
    newBatch: async () => ({ id: randomUUID(), createdAt: AT }),
    joinBatch: async (caller, orderId, id) =>
      change(orderOf(caller, { orderId }).id, { batch: { id, name: "B" } }),
    batchReport: async () => {
      if (desk.refuse) throw no(desk.refuse);
      const content = "Study,Product\r\n";
      const file = { name: "indexes", mediaType: "text/csv", bytes: content.length, sha256: sha256(content) };
      return { ...file, content: Readable.from([Buffer.from(content)]) };
    },
  };
  return desk;
}
