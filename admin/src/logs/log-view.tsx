// A view of the log: filters, what can be done, the lines, and the one that is chosen.
import SearchOffOutlined from "@mui/icons-material/SearchOffOutlined";
import SubjectOutlined from "@mui/icons-material/SubjectOutlined";
import { Alert, Box, Button, useMediaQuery, useTheme } from "@mui/material";
import { ApiFault, EmptyState, ErrorState, Late, say } from "@thalamus/sdk/ui";
import { useMemo, useState } from "react";
import { useNotify, useStore } from "react-admin";
import type { LogSight } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { ChosenLine } from "./chosen-line.tsx";
import { ContextDialog } from "./context-dialog.tsx";
import { LogDownloads } from "./log-downloads.tsx";
import { LogFilters } from "./log-filters.tsx";
import { isFull, type LogLine, MOST_LINES } from "./log-lines.ts";
import { LogList } from "./log-list.tsx";
import { isFiltered, type LogFilter, type LogSearch, NO_FILTER, searchOf } from "./log-search.ts";
import { LogToolbar } from "./log-toolbar.tsx";
import { copiedLine } from "./log-words.ts";
import { PinnedLines } from "./pinned-lines.tsx";
import { useLater } from "./use-later.ts";
import { useLog, useLogCount } from "./use-log.ts";

export interface LogViewProps {
  readonly filter: LogFilter;
  readonly onFilter: (filter: LogFilter) => void;
  readonly area?: LogSearch["area"];
  /** Only lines of this study. */
  readonly studyId?: string;
  readonly height: string;
}

/** Whoever types is not answered at every letter. */
const TYPING_MS = 350;

export function LogView({ filter, onFilter, area, studyId, height }: LogViewProps) {
  const [chosen, setChosen] = useState<LogLine>();
  const [context, setContext] = useState<string>();
  const [jump, setJump] = useState(0);
  const [pinned, setPinned] = useState<readonly LogLine[]>([]);
  const isNarrow = useMediaQuery(useTheme().breakpoints.down("md"));
  const [wrap = isNarrow || studyId !== undefined, setWrap] = useStore<boolean | undefined>("logs.wrap");
  const [newestFirst, setNewestFirst] = useStore("logs.newest-first", true);
  const notify = useNotify();
  const settled = useLater(filter, TYPING_MS);
  const search = useMemo(
    () => ({ ...searchOf(settled, Date.now()), ...(area && { area }), ...(studyId && { studyId }) }),
    [settled, area, studyId],
  );
  const { data: sight } = useReading<LogSight>("log-sight", "/api/logs");
  const count = useLogCount(search);
  const reading = useLog(search);
  const { log, error } = reading;
  const lines = useMemo(() => (newestFirst ? log.lines.toReversed() : log.lines), [log.lines, newestFirst]);
  const change = (part: Partial<LogFilter>) => onFilter({ ...filter, ...part });
  const copy = (line: LogLine) =>
    void navigator.clipboard?.writeText(copiedLine(line)).then(() => notify(say("Copied"), { type: "info" }));
  const isAboutText = error instanceof ApiFault && /^logs\.(bad|slow)-pattern$/.test(error.code);
  return (
    <>
      <LogFilters
        filter={filter}
        onFilter={change}
        parts={(sight?.parts ?? []).filter((part) => area === undefined || part.area === area)}
        ofStudy={studyId !== undefined}
        textProblem={isAboutText ? error.message : reading.streamProblem}
      />
      <LogToolbar
        count={count && { ...count, count: count.count + log.received }}
        stream={reading.stream}
        noStream={search.until === undefined ? "" : say("This time is over: nothing new comes to it.")}
        onPlay={reading.play}
        onPause={reading.pause}
        onClear={reading.clear}
        {...{ wrap, newestFirst }}
        onWrap={setWrap}
        onNewestFirst={setNewestFirst}
        download={<LogDownloads {...{ search, newestFirst, sight }} />}
      />
      {error && !isAboutText && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title={say("The log could not be read")}
            error={error}
            {...(lines.length > 0 ? { stillWorks: say("You see it as it was.") } : {})}
            onRetry={reading.retry}
          />
        </Box>
      )}
      <Notes log={log} />
      <PinnedLines
        lines={pinned}
        onUnpin={(line) => setPinned((before) => before.filter((one) => one !== line))}
      />
      {reading.isLoading && !error && (
        <Late>
          <ListSkeleton rows={8} />
        </Late>
      )}
      {lines.length === 0 && log.of !== null && !reading.isLoading && (
        <Nothing
          isFiltered={isFiltered(filter)}
          isStreaming={reading.stream !== "paused"}
          hasOlder={log.older !== null}
          onClear={() => onFilter(NO_FILTER)}
          onOlder={reading.loadOlder}
          isLoadingOlder={reading.isLoadingOlder}
        />
      )}
      {lines.length > 0 && (
        <Box aria-busy={reading.isStale} sx={{ position: "relative", opacity: reading.isStale ? 0.6 : 1 }}>
          <LogList
            {...{ lines, newestFirst, wrap, height, jump }}
            mark={settled.regex ? "" : settled.text.toLowerCase()}
            chosen={chosen?.place}
            onChoose={setChosen}
            onOpen={({ place }) => setContext(place)}
            onCopy={copy}
            onFollow={(isFollowing) => {
              reading.setFollowing(isFollowing);
              if (isFollowing) reading.release();
            }}
            onOldest={reading.loadOlder}
          />
          {log.older !== null && !isFull(log) && (
            <Box sx={{ display: "grid", placeItems: "center", p: 1, borderTop: 1, borderColor: "divider" }}>
              <Button size="small" loading={reading.isLoadingOlder} onClick={reading.loadOlder}>
                {say("Older lines")}
              </Button>
            </Box>
          )}
          <Waiting
            count={log.waiting.length}
            newestFirst={newestFirst}
            onShow={() => setJump((before) => before + 1)}
          />
        </Box>
      )}
      {chosen && (
        <ChosenLine
          line={chosen}
          ofStudy={studyId !== undefined}
          onContext={() => setContext(chosen.place)}
          isPinned={pinned.includes(chosen)}
          onPin={() => setPinned((before) => [...before, chosen])}
        />
      )}
      {context !== undefined && <ContextDialog place={context} onClose={() => setContext(undefined)} />}
    </>
  );
}

function Notes({ log }: { log: ReturnType<typeof useLog>["log"] }) {
  if (log.dropped === 0 && !log.hasGap && !isFull(log)) return null;
  return (
    <Alert severity="info" role="status" sx={{ borderRadius: 0 }}>
      {log.hasGap &&
        `${say("Lines are missing here: more came than could be shown. Refresh (r) reads them anew.")} `}
      {log.dropped > 0
        ? say(
            "%{dropped} older lines were dropped from this view: it holds %{most}. Nothing is lost; filter, or download all.",
            { dropped: log.dropped, most: MOST_LINES },
          )
        : isFull(log) &&
          say("This view holds %{most} lines. Filter to see older ones, or download all.", {
            most: MOST_LINES,
          })}
    </Alert>
  );
}

interface WaitingProps {
  readonly count: number;
  readonly newestFirst: boolean;
  readonly onShow: () => void;
}

function Waiting({ count, newestFirst, onShow }: WaitingProps) {
  return (
    <Box role="status" sx={{ ...WAITING, ...(newestFirst ? { top: 8 } : { bottom: 8 }) }}>
      {count > 0 && (
        <Button size="small" variant="contained" onClick={onShow}>
          {say("%{count} new line |||| %{count} new lines", { count })}
        </Button>
      )}
    </Box>
  );
}

const WAITING = { position: "absolute", left: "50%", transform: "translateX(-50%)", zIndex: 1 } as const;

interface NothingProps {
  readonly isFiltered: boolean;
  readonly isStreaming: boolean;
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  readonly onClear: () => void;
  readonly onOlder: () => void;
}

function Nothing(props: NothingProps) {
  const { isStreaming, hasOlder } = props;
  const older = hasOlder && (
    <Button variant="outlined" loading={props.isLoadingOlder} onClick={props.onOlder}>
      {say("Look further back")}
    </Button>
  );
  if (isStreaming) {
    return (
      <EmptyState icon={SubjectOutlined} title={say("Waiting for lines")} action={older}>
        {say("They appear here as they are written.")}
      </EmptyState>
    );
  }
  if (!props.isFiltered) {
    return (
      <EmptyState icon={SubjectOutlined} title={say("No lines")} action={older}>
        {say("What the hub and its plugins do is written here, line by line.")}
      </EmptyState>
    );
  }
  const clear = (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
      {older}
      <Button variant="outlined" onClick={props.onClear}>
        {say("Clear filters")}
      </Button>
    </Box>
  );
  return <EmptyState icon={SearchOffOutlined} title={say("No match")} action={clear} />;
}
