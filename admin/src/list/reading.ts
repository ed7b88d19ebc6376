// Reads from the hub what is no list of react-admin; who is no longer signed in is sent to sign in.
import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type ApiRequest, callApi } from "@thalamus/sdk/ui";
import { useLogoutIfAccessDenied } from "react-admin";

export interface ReadingOptions<T> {
  readonly query?: ApiRequest["query"];
  /** How often it is read again while nobody announces changes; false: never. */
  readonly everyMs?: number | false | ((known: T | undefined) => number | false);
}

/** @param name the first part of its key, by which live changes find it */
export function useReading<T>(
  name: string,
  path: string,
  { query = {}, everyMs = false }: ReadingOptions<T> = {},
): UseQueryResult<T, Error> {
  const read = useCallOrLeave();
  return useQuery<T, Error>({
    queryKey: [name, path, query],
    queryFn: ({ signal }) => read<T>(path, { query, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: typeof everyMs === "function" ? ({ state }) => everyMs(state.data) : everyMs,
  });
}

type Call = <T>(path: string, request?: ApiRequest) => Promise<T>;

/** A call to the hub; a refusal because the session has ended leads to the sign-in page. */
export function useCallOrLeave(): Call {
  const leaveIfRefused = useLogoutIfAccessDenied();
  return async <T>(path: string, request: ApiRequest = {}): Promise<T> => {
    try {
      return await callApi<T>(path, request);
    } catch (fault) {
      await leaveIfRefused(fault);
      throw fault;
    }
  };
}
