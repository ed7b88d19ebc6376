// Home: the list of studies, and beside it the panel of the one in the address.

import { lazy, Suspense } from "react";
import { ListBase } from "react-admin";
import type { StudyRow } from "../api.gen.ts";
import { SHOWN_IN_PLACE } from "../list/shown-in-place.ts";
import { StudyList } from "./study-list.tsx";

/** Read after the list is there, so that it does not wait for the panel. */
const StudyPanel = lazy(async () => ({
  default: (await import("./panel/study-panel.tsx")).StudyPanel,
}));

const NEWEST_FIRST = { field: "receivedAt", order: "DESC" } as const;

export function StudiesPage() {
  return (
    // what somebody filters by stays out of the address and out of the browser's storage
    <ListBase<StudyRow>
      resource="studies"
      sort={NEWEST_FIRST}
      perPage={25}
      disableSyncWithLocation
      storeKey={false}
      exporter={false}
      queryOptions={SHOWN_IN_PLACE}
    >
      <StudyList />
      <Suspense fallback={null}>
        <StudyPanel />
      </Suspense>
    </ListBase>
  );
}
