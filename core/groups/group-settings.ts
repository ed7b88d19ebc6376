// What can be set about a group, and what is wrong with it.
import type { StudyGroupRow } from "../database/entities/study-group.ts";
import { scheduleProblem } from "../upkeep/schedule.ts";
import { GroupRefusal } from "./group-refusal.ts";
import { fileNameProblem } from "./report-name.ts";

export type GroupSettings = Pick<
  StudyGroupRow,
  | "name"
  | "products"
  | "autoAssign"
  | "delivery"
  | "sendOnCompletion"
  | "schedule"
  | "fileName"
  | "identifyBy"
>;

export interface Known {
  /** Products that this hub can run. */
  readonly products: readonly string[];
  /** Plugin entries that bring documents. */
  readonly deliveries: readonly string[];
  readonly timeZone?: string | undefined;
}

/** @throws GroupRefusal `group.unknown-product`, `group.no-destination`, `group.schedule`, `group.file-name` */
export function requireGood(settings: Partial<GroupSettings>, known: Known): void {
  const { products = [], delivery, schedule, fileName } = settings;
  const unknown = products.filter((product) => !known.products.includes(product));
  if (unknown.length > 0) {
    throw new GroupRefusal(
      "group.unknown-product",
      `This hub does not know ${unknown.length} of the products.`,
    );
  }
  if (delivery && !known.deliveries.includes(delivery)) {
    const words = known.deliveries.length > 0 ? `It has ${known.deliveries.join(", ")}.` : "It has none.";
    throw new GroupRefusal(
      "group.no-destination",
      `No destination of this name takes reports of groups. ${words}`,
    );
  }
  const wrongTime = schedule ? scheduleProblem(schedule, known.timeZone) : undefined;
  if (wrongTime !== undefined) throw new GroupRefusal("group.schedule", `${wrongTime}.`);
  const wrongName = fileName === undefined ? undefined : fileNameProblem(fileName);
  if (wrongName !== undefined) throw new GroupRefusal("group.file-name", wrongName);
}
