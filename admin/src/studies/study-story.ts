// One study with its orders, steps, results and timeline, read until it is deleted.
import { useGetOne } from "react-admin";
import type { StudyStory } from "../hub-data.ts";
import { useIsGone } from "../live/gone-studies.ts";

/** A place in a queue moves when others move, of whom nobody tells this study. */
const PLACE_MS = 10_000;

export function useStudyStory(id: string) {
  const isGone = useIsGone(id);
  const story = useGetOne<StudyStory>(
    "study-info",
    { id },
    {
      enabled: !isGone,
      refetchInterval: ({ state }) => (state.data?.steps.some(({ queue }) => queue) ? PLACE_MS : false),
    },
  );
  return { ...story, isGone };
}
