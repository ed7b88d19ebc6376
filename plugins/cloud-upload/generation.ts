// What both generations of the cloud API can do with an order, and which of them a cloud speaks.
import type { Outcome } from "@thalamus/sdk";
import type { Cloud } from "./cloud.ts";
import { generation1, speaksGeneration1 } from "./generation-1/generation-1.ts";
import { generation2 } from "./generation-2/generation-2.ts";
import type { PlacedOrder } from "./order/memo.ts";
import type { KnownOrder, OrderWork } from "./order/order-work.ts";
import { CloudAway, CloudRefusal } from "./trouble.ts";

/** All of it throws CloudAway and CloudRefusal, and what a step may throw. */
export interface Generation {
  readonly number: 1 | 2;
  /** @returns the cloud's name for the order; of a repeat that of the first time, where the cloud can tell */
  place(work: OrderWork, order: PlacedOrder, signal: AbortSignal): Promise<string>;
  /** @returns a pause, or undefined when all of the study is there and is being processed */
  send(work: OrderWork, order: KnownOrder, signal: AbortSignal): Promise<Outcome | undefined>;
  look(work: OrderWork, order: KnownOrder, signal: AbortSignal): Promise<Outcome>;
  /** Whether its result has come, or may still come. */
  isAlive(order: KnownOrder, signal: AbortSignal): Promise<boolean>;
  /** Ends it in the cloud; one that has ended there is no error. */
  withdraw(order: PlacedOrder, signal: AbortSignal): Promise<void>;
}

const GENERATIONS: Readonly<Record<1 | 2, (cloud: Cloud) => Generation>> = {
  1: generation1,
  2: generation2,
};

const spoken = new WeakMap<Cloud, 1 | 2>();

/** The one that the settings name, or that the cloud speaks. @throws CloudAway when it cannot be told */
export async function generationOf(cloud: Cloud, signal: AbortSignal): Promise<Generation> {
  const { generation } = cloud.settings;
  if (generation !== "auto") return numbered(cloud, generation === "1" ? 1 : 2);
  const known = spoken.get(cloud) ?? (await find(cloud, signal));
  spoken.set(cloud, known);
  return numbered(cloud, known);
}

export const numbered = (cloud: Cloud, number: 1 | 2): Generation => GENERATIONS[number](cloud);

/** A server of generation 1 has no such address, or a gateway that lets nobody near what it does not know. */
async function find(cloud: Cloud, signal: AbortSignal): Promise<1 | 2> {
  try {
    await cloud.token.current(signal);
    return 2;
  } catch (error) {
    const mayBeOld =
      error instanceof CloudRefusal || (error instanceof CloudAway && error.code === "cloud-upload.sign-in");
    if (mayBeOld && (await speaksGeneration1(cloud, signal))) return 1;
    if (!(error instanceof CloudRefusal)) throw error;
    const message = "The address speaks neither generation of the cloud API.";
    throw new CloudAway("cloud-upload.bad-answer", message);
  }
}
