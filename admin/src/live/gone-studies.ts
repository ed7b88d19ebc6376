// Studies that were deleted while the console was open: nobody asks the hub for them again.
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let gone: ReadonlySet<string> = new Set();

export function markGone(studyId: string): void {
  if (gone.has(studyId)) return;
  gone = new Set(gone).add(studyId);
  for (const tell of listeners) tell();
}

export const useIsGone = (studyId: string): boolean =>
  useSyncExternalStore(subscribe, () => gone.has(studyId));

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
