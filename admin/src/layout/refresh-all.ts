// Reads everything on the page again, for people who want to be sure.
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useLive } from "../live/live-provider.tsx";

export function useRefreshAll(): { refresh: () => void; busy: boolean } {
  const queries = useQueryClient();
  const { forgetArrived } = useLive();
  const busy = useIsFetching() > 0;
  const refresh = () => {
    forgetArrived();
    void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "auth" });
  };
  return { refresh, busy };
}
