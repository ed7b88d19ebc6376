// Calls of generation 1 that make an order, run it and ask how far it is.
import { setTimeout } from "node:timers/promises";
import { type DeskOrder, DeskRefusal, type Static } from "@thalamus/sdk";
import { Refusal } from "../refusal.ts";
import { get, type OpenCall, post } from "./call.ts";
import { refusal } from "./error-words.ts";
import { OrderFields, RunFields, requireUuid } from "./request-fields.ts";
import { isSample, SAMPLE_STATUS } from "./sample-order.ts";

export const newJob = get(
  "orders:write",
  async ({ desk, caller, exchange }) => {
    const { id } = await desk.place(caller, { generation: 1, products: [] });
    exchange.fields["order"] = id;
    return JSON.stringify({ orderId: id });
  },
  // the Java library takes no other one
  201,
);

export const runJob = post(
  "orders:write",
  RunFields,
  async (call) => {
    const { id } = await run(call).catch((error: unknown) => usesFirst(call, error));
    call.exchange.fields["order"] = id;
    return JSON.stringify({ orderId: id });
  },
  202,
);

type RunCall = OpenCall<Static<typeof RunFields>>;

const MOST_TRIES = 10;
const PAUSE_MS = 300;

/** The libraries ask once and give up, so data that is being taken in at this very moment is waited for. */
async function run({ desk, caller, fields, exchange }: RunCall): Promise<DeskOrder> {
  const orderId = requireUuid(fields.orderId);
  for (let tries = 1; ; tries += 1) {
    try {
      return await desk.run(caller, orderId, fields.productName);
    } catch (error) {
      const isBusy = error instanceof DeskRefusal && error.code === "desk.busy";
      if (!isBusy || tries === MOST_TRIES || exchange.signal.aborted) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}

/** Refusals that come before a use is counted. */
const BEFORE_COUNTING: ReadonlySet<string> = new Set(["desk.unknown-order", "desk.no-data"]);

/** A key that is used up hears of that first, whatever is missing of the order: clients wait for these words. */
async function usesFirst({ access, caller }: RunCall, error: unknown): Promise<never> {
  const isEarly =
    error instanceof Refusal || (error instanceof DeskRefusal && BEFORE_COUNTING.has(error.code));
  if (isEarly && (await access.usesLeft(caller)) === 0) throw refusal("no-uses-left");
  throw error;
}

export const checkStatus = post("orders:read", OrderFields, async ({ desk, caller, fields }) => {
  if (isSample(fields.orderId)) return JSON.stringify(SAMPLE_STATUS);
  return JSON.stringify(statusOf(await desk.find(caller, { orderId: requireUuid(fields.orderId) })));
});

/** As clients read it; `progress` is in percent and 100 only at the end. */
export interface OrderStatus {
  readonly started: boolean;
  readonly finished: boolean;
  readonly failed: boolean;
  readonly progress: number;
  readonly info: string;
}

/** @throws Refusal for an order whose data is gone */
export function statusOf({ status, progress, info, failure }: DeskOrder): OrderStatus {
  const percent = Math.min(99, Math.max(0, Math.floor(progress * 100)));
  switch (status) {
    case "PENDING":
      // nothing to say means to every client that it is being set up
      return { started: false, finished: false, failed: false, progress: 0, info: "" };
    case "DX_STARTED":
      return { started: true, finished: false, failed: false, progress: percent, info };
    case "DELIVERED":
      return { started: true, finished: true, failed: false, progress: 100, info: "Finished" };
    case "FAILED":
      return {
        ...{ started: true, finished: false, failed: true, progress: percent },
        info: failure?.message ?? "Failed",
      };
    case "CANCELLED":
      return { started: true, finished: false, failed: true, progress: percent, info: "Cancelled" };
    case "EXPIRED":
      throw refusal("unknown-order");
  }
}
