// Where an update stands, in words.
import { say } from "@thalamus/sdk/ui";
import type { UpdateInfo } from "../api.gen.ts";

export type Update = NonNullable<UpdateInfo["update"]>;

const UNDER_WAY: readonly Update["phase"][] = ["pending", "switching", "verifying"];

export const isUnderWay = (update: Update | null | undefined): update is Update =>
  update != null && UNDER_WAY.includes(update.phase);

/** What an update would interrupt; empty when nothing runs. */
export function runningWords({ steps, uploads, associations }: UpdateInfo["running"]): string {
  return [
    ...(steps > 0 ? [say("%{count} step |||| %{count} steps", { count: steps })] : []),
    ...(uploads > 0 ? [say("%{count} upload |||| %{count} uploads", { count: uploads })] : []),
    ...(associations > 0 ? [say("%{count} sender |||| %{count} senders", { count: associations })] : []),
  ].join(", ");
}
