// Opens a file of a result for its client, and puts on record who got it.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { EntityManager } from "@mikro-orm/postgresql";
import type { CloudCaller, OpenedFile, OrderDesk, OrderReference } from "@thalamus/sdk";
import type { CloudOrderRow } from "../database/entities/cloud-order.ts";
import { pathFor } from "../files/reader.ts";
import { productEnd } from "./cloud-status.ts";
import { journalOf } from "./desk-journal.ts";
import type { DeskParts } from "./desk-parts.ts";
import { orderOf } from "./find-order.ts";
import { isOver } from "./order-moves.ts";
import { refused } from "./refusals.ts";
import { productRuns } from "./view-orders.ts";

type Wanted = Parameters<OrderDesk["open"]>[2];

interface KeptFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Relative to the tree of results. */
  readonly path: string;
}

/** @throws DeskRefusal `desk.not-ready`, `desk.no-such-report` */
export async function openFile(
  { orm, trees }: DeskParts,
  caller: CloudCaller,
  which: OrderReference,
  wanted: Wanted,
): Promise<OpenedFile> {
  const em = orm.em.fork();
  const order = await orderOf(em, caller, which);
  const { path, ...file } = await fileOf(em, order, wanted);
  const whole = pathFor("inside", trees, "results", path);
  // it may be expiring at this moment
  await stat(whole).catch(() => {
    throw refused("desk.no-such-report");
  });
  const detail = { order: order.id, file: file.name, kind: wanted.kind };
  await orm.em
    .fork()
    .transactional((own) => journalOf(own, "cloud-order.file-opened", caller, detail, order.studyId));
  const { name, mediaType, bytes, sha256 } = file;
  return { name, mediaType, bytes, sha256, content: createReadStream(whole) };
}

async function fileOf(em: EntityManager, order: CloudOrderRow, wanted: Wanted): Promise<KeptFile> {
  const { name, kind, product } = wanted;
  if (order.filesState === "refused") {
    const file = kind === "failure" ? order.report.find((one) => one.name === name) : undefined;
    if (file) return file;
    throw refused("desk.no-such-report");
  }
  const runs = (await productRuns(em, order)).filter(({ name }) => product === undefined || name === product);
  const ended = runs.filter(({ order: { status }, result }) => {
    return result?.kind === kind && productEnd({ status, result: result.kind }) !== "working";
  });
  // of several products one has to be named
  if (product === undefined && order.products.length > 1) throw refused("desk.no-such-report", WHICH);
  const file = ended.flatMap(({ artifacts }) => artifacts).find((one) => one.name === name);
  if (file) return file;
  throw refused(ended.length > 0 || isOver(order) ? "desk.no-such-report" : "desk.not-ready");
}

const WHICH = "The order has several products. Say of which one.";
