// Reads the log for a view: the newest lines, older ones on demand, how many fit, and news while it is played.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ApiFault } from "@thalamus/sdk/ui";
import { useEffect, useReducer, useRef, useState } from "react";
import { useLogoutIfAccessDenied } from "react-admin";
import type { CountLogsAnswer, SearchLogsAnswer } from "../api.gen.ts";
import { useCallOrLeave } from "../list/reading.ts";
import { LogFollower } from "./log-follower.ts";
import {
  cleared,
  isFull,
  type LogLine,
  type LogLines,
  NOTHING,
  opened,
  type Page,
  released,
  withGap,
  withNews,
  withOlder,
} from "./log-lines.ts";
import type { LogSearch } from "./log-search.ts";

const AT_ONCE = 500;
/** A view with fewer lines looks on by itself, as long as this many times. */
const ENOUGH = 40;
const MOST_LOOKS = 8;
const MOST_COUNTS = 5;

export type StreamState = "paused" | "connecting" | "live" | "reconnecting";

type Step = (before: LogLines) => LogLines;

export interface LogReading {
  readonly log: LogLines;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
  /** The lines are those of the search before. */
  readonly isStale: boolean;
  readonly isLoadingOlder: boolean;
  readonly loadOlder: () => void;
  readonly stream: StreamState;
  readonly play: () => void;
  readonly pause: () => void;
  readonly clear: () => void;
  /** Shows what waited. */
  readonly release: () => void;
  /** Whether news are shown at once. */
  readonly setFollowing: (isFollowing: boolean) => void;
  /** Why the stream was refused; empty when it was not. */
  readonly streamProblem: string;
}

/** @param search the same object while it means the same */
export function useLog(search: LogSearch): LogReading {
  const call = useCallOrLeave();
  const [log, dispatch] = useReducer((before: LogLines, step: Step) => step(before), NOTHING);
  const page = async (cursor: string | null, signal?: AbortSignal): Promise<Page> => {
    const lines: LogLine[] = [];
    let end: string | null = null;
    let next = cursor;
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const body = { ...search, order: "newest", limit: AT_ONCE, ...(next === null ? {} : { cursor: next }) };
      const answer = await call<SearchLogsAnswer>("/api/logs/search", { method: "POST", body, signal });
      lines.push(...answer.lines);
      end ??= answer.end;
      next = answer.next;
      if (next === null || lines.length >= ENOUGH) break;
    }
    return { lines, next, end };
  };
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    queryKey: ["logs", search],
    queryFn: ({ signal }) => page(null, signal),
    // the lines of the last search stay until those of this one are there: who works in the list keeps the place
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => dispatch(() => (data ? opened(data) : NOTHING)), [data]);

  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const { older } = log;
  const loadOlder = () => {
    if (older === null || isLoadingOlder || isPlaceholderData || isFull(log)) return;
    setLoadingOlder(true);
    page(older)
      // another search, or lines dropped meanwhile: these belong nowhere now
      .then((more) => dispatch((now) => (now.older === older ? withOlder(now, more) : now)))
      .catch(() => undefined)
      .finally(() => setLoadingOlder(false));
  };
  return {
    ...{ log, error, isLoadingOlder, loadOlder },
    ...{ isLoading: isFetching && log.lines.length === 0, retry: () => void refetch() },
    ...useStream(search, !isPlaceholderData && log.of !== null && log.of === data, log, dispatch),
    isStale: isPlaceholderData,
    clear: () => dispatch(cleared),
    release: () => dispatch(released),
  };
}

function useStream(
  search: LogSearch,
  isRead: boolean,
  log: LogLines,
  dispatch: (step: Step) => void,
): Pick<LogReading, "stream" | "play" | "pause" | "setFollowing" | "streamProblem"> {
  const [stream, setStream] = useState<StreamState>("paused");
  const [streamProblem, setProblem] = useState("");
  const signOut = useLogoutIfAccessDenied();
  const isFollowing = useRef(true);
  const latest = useRef({ newer: log.newer, signOut });
  useEffect(() => {
    latest.current = { newer: log.newer, signOut };
  });
  const isPlaying = stream !== "paused";
  // biome-ignore lint/correctness/useExhaustiveDependencies: another answer is the reason to go on from another place
  useEffect(() => {
    if (!isPlaying || !isRead) return;
    const follower = new LogFollower({
      search,
      after: latest.current.newer,
      onNews: (news) => dispatch((before) => withNews(before, news, isFollowing.current)),
      onGap: () => dispatch(withGap),
      onState: setStream,
      onRefused: (fault: ApiFault) => {
        setStream("paused");
        setProblem(fault.message);
        void latest.current.signOut(fault);
      },
    });
    return () => follower.stop();
  }, [isPlaying, isRead, log.of, search, dispatch]);
  return {
    ...{ stream, streamProblem },
    play: () => {
      setProblem("");
      setStream("connecting");
    },
    pause: () => setStream("paused"),
    setFollowing: (now) => {
      isFollowing.current = now;
    },
  };
}

/** How many lines fit; undefined while nothing is known. */
export function useLogCount(search: LogSearch): { count: number; isWhole: boolean } | undefined {
  const call = useCallOrLeave();
  const { data } = useQuery({
    queryKey: ["logs", "count", search],
    queryFn: async ({ signal }) => {
      let count = 0;
      let cursor: string | null = null;
      for (let round = 0; round < MOST_COUNTS; round += 1) {
        const body: object = { ...search, ...(cursor === null ? {} : { cursor }) };
        const answer: CountLogsAnswer = await call("/api/logs/count", { method: "POST", body, signal });
        count += answer.count;
        cursor = answer.next;
        if (cursor === null) return { count, isWhole: true };
      }
      return { count, isWhole: false };
    },
    gcTime: 0,
  });
  return data;
}
