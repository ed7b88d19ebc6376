// The lines of the log as a list box of any length: only rows in sight are drawn, and the keys move through all of them.
import { Box } from "@mui/material";
import { MONO, say } from "@thalamus/sdk/ui";
import {
  type KeyboardEvent,
  type UIEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { LogLine } from "./log-lines.ts";
import { FONT_PX, LINE_PX, LogRow } from "./log-row.tsx";
import { lengthOf } from "./log-words.ts";
import { rowHeights, wrappedLines } from "./row-heights.ts";
import { useTextRoom } from "./use-text-room.ts";

export interface LogListProps {
  /** In the order of the screen. */
  readonly lines: readonly LogLine[];
  readonly newestFirst: boolean;
  readonly wrap: boolean;
  /** Text whose places are marked; empty for none. */
  readonly mark: string;
  /** Place of the chosen line. */
  readonly chosen: string | undefined;
  readonly onChoose: (line: LogLine) => void;
  readonly onOpen: (line: LogLine) => void;
  readonly onCopy: (line: LogLine) => void;
  /** Whether the newest line is in sight, whenever that changes. */
  readonly onFollow: (isFollowing: boolean) => void;
  /** Another number brings the newest line into sight. */
  readonly jump: number;
  /** The oldest line comes into sight. */
  readonly onOldest: () => void;
  readonly height: string;
}

/** Rows drawn beyond what is in sight. */
const SPARE = 12;
const PAD_PX = 24;
/** So near to the end counts as being there. */
const NEAR_PX = 30;

export function LogList(props: LogListProps) {
  const { lines, newestFirst, wrap, mark, chosen, onChoose, onOpen, onCopy, onFollow, onOldest } = props;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const { columns, height } = useTextRoom(box, FONT_PX, PAD_PX);
  const [top, setTop] = useState(0);
  const rows = useMemo(
    () =>
      rowHeights(lines.length, LINE_PX, (row) => (wrap ? wrappedLines(lengthOf(lines[row]!), columns) : 1)),
    [lines, wrap, columns],
  );
  const isFollowing = useRef(true);
  const held = useHeldPlace(box, { lines, rows, newestFirst, isFollowing });
  useJump(props.jump, () => {
    isFollowing.current = true;
    if (box.current) box.current.scrollTop = newestFirst ? 0 : box.current.scrollHeight;
    onFollow(true);
  });
  const chosenRow = chosen === undefined ? -1 : lines.findIndex(({ place }) => place === chosen);
  const first = Math.max(0, rows.rowAt(top) - SPARE);
  const last = Math.min(lines.length - 1, rows.rowAt(top + height) + SPARE);

  const look = (event: UIEvent<HTMLDivElement>) => {
    const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
    setTop(scrollTop);
    held();
    const toEnd = scrollHeight - clientHeight - scrollTop;
    const isNear = (newestFirst ? scrollTop : toEnd) < NEAR_PX;
    if (isNear !== isFollowing.current) onFollow(isNear);
    isFollowing.current = isNear;
    if ((newestFirst ? toEnd : scrollTop) < clientHeight) onOldest();
  };
  const show = (row: number) => {
    const line = lines[row];
    const place = box.current;
    if (!line || !place) return;
    onChoose(line);
    const [from, to] = [rows.topOf(row), rows.topOf(row) + rows.heightOf(row)];
    if (from < place.scrollTop) place.scrollTop = from;
    else if (to > place.scrollTop + place.clientHeight) place.scrollTop = to - place.clientHeight;
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const line = lines[chosenRow];
    const page = Math.max(1, Math.floor(height / LINE_PX) - 1);
    const begin = chosenRow < 0 ? rows.rowAt(top) - 1 : chosenRow;
    const moves: Readonly<Record<string, number>> = {
      ...{ ArrowDown: begin + 1, j: begin + 1, ArrowUp: begin - 1, k: begin - 1 },
      ...{ PageDown: begin + page, PageUp: begin - page, Home: 0, End: lines.length - 1 },
    };
    const to = moves[event.key];
    if (to !== undefined) show(Math.min(lines.length - 1, Math.max(0, to)));
    else if (event.key === "Enter" && line) onOpen(line);
    else if (event.key === "c" && line) onCopy(line);
    else return;
    event.preventDefault();
  };
  return (
    <Box
      ref={box}
      role="listbox"
      aria-label={say("Lines of the log")}
      tabIndex={0}
      aria-activedescendant={chosenRow >= first && chosenRow <= last ? `${id}-${chosenRow}` : undefined}
      onScroll={look}
      onKeyDown={onKey}
      sx={{ ...BOX, height: props.height }}
    >
      <Box role="presentation" sx={{ position: "relative" }} style={{ height: rows.total }}>
        {lines.slice(first, last + 1).map((line, index) => {
          const row = first + index;
          return (
            <LogRow
              key={line.place}
              id={`${id}-${row}`}
              {...{ line, mark, wrap }}
              isChosen={row === chosenRow}
              place={{ row, count: lines.length, top: rows.topOf(row), height: rows.heightOf(row) }}
              onChoose={onChoose}
              onOpen={onOpen}
            />
          );
        })}
      </Box>
    </Box>
  );
}

/** @param go is called when the number changes, not at the beginning */
function useJump(jump: number, go: () => void): void {
  const done = useRef(jump);
  useLayoutEffect(() => {
    if (done.current === jump) return;
    done.current = jump;
    go();
  });
}

interface Held {
  readonly lines: readonly LogLine[];
  readonly rows: ReturnType<typeof rowHeights>;
  readonly newestFirst: boolean;
  readonly isFollowing: { readonly current: boolean };
}

/** What somebody reads stays where it is when lines come before it; who is at the newest line stays there. */
function useHeldPlace(box: { readonly current: HTMLDivElement | null }, held: Held): () => void {
  const { lines, rows, newestFirst, isFollowing } = held;
  const anchor = useRef({ place: "", offset: 0 });
  const remember = () => {
    const top = box.current?.scrollTop ?? 0;
    const row = rows.rowAt(top);
    anchor.current = { place: lines[row]?.place ?? "", offset: top - rows.topOf(row) };
  };
  useLayoutEffect(() => {
    const place = box.current;
    if (!place) return;
    if (isFollowing.current) {
      place.scrollTop = newestFirst ? 0 : place.scrollHeight;
      return;
    }
    const row = lines.findIndex((line) => line.place === anchor.current.place);
    if (row >= 0) place.scrollTop = rows.topOf(row) + anchor.current.offset;
  }, [box, lines, rows, newestFirst, isFollowing]);
  useEffect(remember);
  return remember;
}

const BOX = {
  overflow: "auto",
  fontFamily: MONO,
  fontSize: FONT_PX,
  lineHeight: `${LINE_PX}px`,
  bgcolor: "background.paper",
  "&:focus-visible": { outline: "2px solid", outlineColor: "primary.main", outlineOffset: -2 },
} as const;
