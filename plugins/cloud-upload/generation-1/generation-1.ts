// Orders at a cloud that speaks generation 1 only.
import { Type } from "typebox";
import type { Cloud } from "../cloud.ts";
import type { Generation } from "../generation.ts";
import { CloudAway, CloudRefusal } from "../trouble.ts";
import { OldCalls } from "./calls.ts";
import { JobStatus, look } from "./look.ts";
import { sendStudy } from "./send-study.ts";

const NewJob = Type.Object({ orderId: Type.String({ minLength: 1, maxLength: 128 }) });

export function generation1(cloud: Cloud): Generation {
  const calls = new OldCalls(cloud);
  return {
    number: 1,
    place: async (_work, _order, signal) =>
      (await calls.json(NewJob, "/api/newJob/", undefined, signal)).orderId,
    send: (work, order, signal) => sendStudy(work, calls, order, signal),
    look: (work, order, signal) => look(work, calls, order, signal),
    isAlive: async ({ id: orderId }, signal) => {
      try {
        return (await calls.json(JobStatus, "/api/checkStatus/", { orderId }, signal)).failed !== true;
      } catch (error) {
        if (error instanceof CloudRefusal) return false;
        throw error;
      }
    },
    // there is no call for it: an order that is not run expires, and one that runs ends by itself
    withdraw: async () => undefined,
  };
}

/** @throws CloudAway when nobody answers */
export async function speaksGeneration1(cloud: Cloud, signal: AbortSignal): Promise<boolean> {
  try {
    await new OldCalls(cloud).publicKey(signal);
    return true;
  } catch (error) {
    if (error instanceof CloudRefusal) return false;
    if (error instanceof CloudAway && error.code === "cloud-upload.bad-answer") return false;
    throw error;
  }
}
