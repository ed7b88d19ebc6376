// One study with its orders, steps, results and timeline, read until it is deleted.
import { useGetOne } from "react-admin";
import type { StudyStory } from "../hub-data.ts";
import { useIsGone } from "../live/gone-studies.ts";

export function useStudyStory(id: string) {
  const isGone = useIsGone(id);
  return { ...useGetOne<StudyStory>("study-info", { id }, { enabled: !isGone }), isGone };
}
