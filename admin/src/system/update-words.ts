// Where an update stands, in words.
import type { UpdateInfo } from "../api.gen.ts";

export type Update = NonNullable<UpdateInfo["update"]>;

const UNDER_WAY: readonly Update["phase"][] = ["pending", "switching", "verifying"];

export const isUnderWay = (update: Update | null | undefined): update is Update =>
  update != null && UNDER_WAY.includes(update.phase);

/** What an update would interrupt; empty when nothing runs. */
export function runningWords({ steps, uploads, associations }: UpdateInfo["running"]): string {
  const one = (count: number, word: string) =>
    count === 0 ? [] : [`${count} ${word}${count === 1 ? "" : "s"}`];
  return [...one(steps, "step"), ...one(uploads, "upload"), ...one(associations, "sender")].join(", ");
}
