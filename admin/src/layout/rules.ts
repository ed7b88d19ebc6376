// What the settings of the hub say that screens count by.
import { say } from "@thalamus/sdk/ui";
import { useGetOne } from "react-admin";
import { HUB, type HubStatus } from "../hub-data.ts";

/** Every row may ask: it is read once, and again when the settings change. Undefined until it is read, and for whoever may not see the state of the hub. */
export function useRules(): HubStatus["rules"] | undefined {
  const { data: status } = useGetOne<HubStatus>("status", { id: HUB }, { staleTime: Infinity });
  // what was read as a session ended may be empty
  return status?.rules;
}

/** `try 1/3`; without the number when the settings allow fewer by now. */
export function useTryWords(): (attempt: number) => string {
  const most = useRules()?.attempts ?? 0;
  return (attempt) => tryWords(attempt, most);
}

export const tryWords = (attempt: number, most: number): string =>
  attempt <= most ? say("try %{attempt}/%{most}", { attempt, most }) : say("try %{attempt}", { attempt });
