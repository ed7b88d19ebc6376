// Says once for each crossing of a mark that the disk runs low, is full, or has room again.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { DiskSight } from "../files/free-space.ts";
import type { SpaceState } from "../files/space-account.ts";
import { announce } from "./changes.ts";
import { journal } from "./journal.ts";
import type { HubLog } from "./log.ts";

/** Past tense, for log and journal. */
function eventOf(state: SpaceState, before: SpaceState): string {
  if (state === "full") return "disk.filled";
  if (state === "ample") return "disk.recovered";
  return before === "full" ? "disk.receiving-resumed" : "disk.ran-low";
}

/** Log at once, then journal and screens; without a database the log has to do. */
export function diskEvents(orm: MikroORM, hubId: string, log: HubLog) {
  return (sight: DiskSight, before: SpaceState): void => {
    const { state, freeBytes, warnBelowBytes, refuseBelowBytes } = sight;
    const event = eventOf(state, before);
    const detail = { freeBytes, warnBelowBytes, refuseBelowBytes };
    if (state === "full") log.error(event, { ...detail, what: sight.message });
    else if (state === "low") log.warn(event, { ...detail, what: sight.message });
    else log.info(event, detail);
    orm.em
      .fork()
      .transactional(async (em) => {
        await journal(em, { event, detail: { hub: hubId, ...detail } });
        await announce(em, { resource: "hub", id: hubId, kind: "updated" });
      })
      .catch((error: unknown) => log.warn("disk.not-journalled", { error: (error as Error).name }));
  };
}
