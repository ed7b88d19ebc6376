// Home: the list of studies, and beside it the panel of the one in the address.

import { ListBase } from "react-admin";
import type { StudyRow } from "../api.gen.ts";
import { SHOWN_IN_PLACE } from "../list/shown-in-place.ts";
import { StudyPanel } from "./panel/study-panel.tsx";
import { StudyList } from "./study-list.tsx";

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
      <StudyPanel />
    </ListBase>
  );
}
