// Refusals at the doors of plugins, in the journal beside those of the console and the API.
import type { Refusals } from "@thalamus/sdk";
import { fromAddress } from "../observe/request-origin.ts";
import type { RefusalJournal } from "./refusal-journal.ts";

const EVENTS = { key: "api-key.refused", right: "access.refused" } as const;

/** @param door name of the plugin entry */
export const doorRefusals = (refusals: RefusalJournal, door: string): Refusals => ({
  tell: ({ kind, caller, address, code }) => {
    const actor = caller === undefined ? "unknown" : `key:${caller}`;
    const refusal = { event: EVENTS[kind], actor, address, detail: { door, code } };
    // a door may know of proxies that the hub does not
    return fromAddress(address, () => refusals.tell(refusal));
  },
});
