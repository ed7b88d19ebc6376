// Carries out one order: places it, sends the study, looks after it, and takes its result; from wherever the last try was.
import { type OutboundStep, type Outcome, Permanent, Transient, waits } from "@thalamus/sdk";
import { namedInstances } from "../archive/study-archive.ts";
import { archiveBytes } from "../archive/zip-layout.ts";
import type { Cloud } from "../cloud.ts";
import { type Generation, generationOf, numbered } from "../generation.ts";
import { AWAY_STAGES, CloudAway, CloudRefusal } from "../trouble.ts";
import { Notebook } from "./notebook.ts";
import type { KnownOrder, OrderWork } from "./order-work.ts";

/** @throws Permanent, Transient, and the reason of the signal */
export async function carryOut(step: OutboundStep, cloud: Cloud, signal: AbortSignal): Promise<Outcome> {
  const book = new Notebook(step);
  const work = { step, cloud, book };
  try {
    const { generation, order } = await theOrder(work, signal);
    await book.reached();
    if (order.sentAt === undefined) {
      const pause = await generation.send(work, order, signal);
      if (pause) return pause;
    }
    return await generation.look(work, knownOrder(book) ?? order, signal);
  } catch (error) {
    // cancelled or shutting down: whatever went wrong went wrong because of that
    signal.throwIfAborted();
    if (error instanceof CloudAway) return away(work, error);
    if (error instanceof CloudRefusal) throw refused(error);
    throw ofStorage(error);
  }
}

const knownOrder = ({ order }: Notebook): KnownOrder | undefined =>
  order?.id === undefined ? undefined : { ...order, id: order.id };

interface OrderInHand {
  readonly generation: Generation;
  readonly order: KnownOrder;
}

async function theOrder(work: OrderWork, signal: AbortSignal): Promise<OrderInHand> {
  const { step, cloud, book } = work;
  const known = knownOrder(book);
  if (known) {
    const generation = numbered(cloud, known.generation);
    if (book.memo.round === step.round) return { generation, order: known };
    // a person had it begun again: the old order goes on if it can, else it takes a new one
    if (await generation.isAlive(known, signal)) {
      await book.write((memo) => ({ ...memo, round: step.round }));
      return { generation, order: known };
    }
  }
  return place(work, signal);
}

/** Remembers what it is about to order, orders, and remembers the answer: whatever comes between is found again. */
async function place(work: OrderWork, signal: AbortSignal): Promise<OrderInHand> {
  const { step, cloud, book } = work;
  await requireSmallEnough(work);
  const generation = await generationOf(cloud, signal);
  const isBegun = book.order !== undefined && book.memo.round === step.round;
  const { studyInstanceUid, patientPseudonym } = step.study;
  const product = cloud.settings.products[step.order.product] ?? step.order.product;
  const key = step.round === 1 ? step.id : `${step.id}.${step.round}`;
  const wanted = isBegun
    ? book.order!
    : { generation: generation.number, key, product, studyInstanceUid, patientPseudonym };
  if (!isBegun) {
    await step.acting();
    await book.write(() => ({ version: 1, round: step.round, order: wanted }));
  }
  const id = await numbered(cloud, wanted.generation).place(work, wanted, signal);
  await book.writeOrder((order) => ({ ...order, id }));
  cloud.log.info("order.placed", { step: step.id, order: id, generation: wanted.generation });
  return { generation: numbered(cloud, wanted.generation), order: { ...wanted, id } };
}

/** before anything is ordered. */
async function requireSmallEnough({ step, cloud }: OrderWork): Promise<void> {
  const most = cloud.settings.maxUploadMegabytes;
  const megabytes = archiveBytes(namedInstances(await step.study.instances())) / 1_000_000;
  if (megabytes <= most) return;
  throw new Permanent(
    "cloud-upload.too-large",
    `The study has ${Math.ceil(megabytes)} MB; the cloud takes ${most} MB. Send it without the series that are not needed.`,
  );
}

const FIRST_DELAY_MS = 5000;

/** Nothing is lost by waiting, and a cloud that is being updated must cost no study its order. */
async function away({ cloud, book }: OrderWork, error: CloudAway): Promise<Outcome> {
  const { giveUpHours, longestPollSeconds } = cloud.settings;
  const since = book.memo.awaySince ?? new Date().toISOString();
  const awayMs = Date.now() - Date.parse(since);
  if (awayMs > giveUpHours * 3_600_000) {
    throw new Permanent(error.code, `${error.message} Given up after ${giveUpHours} hours.`);
  }
  if (book.memo.awaySince === undefined) await book.write((memo) => ({ ...memo, awaySince: since }));
  cloud.log.warn("cloud.away", { code: error.code, reason: error.message.slice(0, 200) });
  const own = Math.min(longestPollSeconds * 1000, Math.max(FIRST_DELAY_MS, awayMs / 4));
  const { code, message } = error;
  return waits({ afterMs: Math.max(own, error.afterMs ?? 0), stage: AWAY_STAGES[code], code, message });
}

function refused({ problem, message }: CloudRefusal): Permanent {
  switch (problem) {
    case "order-expired":
      return new Permanent("cloud-upload.expired", message);
    case "order-unknown":
      return new Permanent("cloud-upload.order-gone", message);
    case "product-unknown":
      return new Permanent("cloud-upload.unknown-product", message);
    default:
      return new Permanent("cloud-upload.refused", message);
  }
}

/** @returns the error itself when it is a bug */
function ofStorage(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new Transient("cloud-upload.storage", `A file could not be read or written (${code}).`);
}
