// A line of the log among the fifty before and the fifty after it, whatever is filtered; where links to a line lead.
import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from "@mui/material";
import { ErrorState, Late, MONO, say } from "@thalamus/sdk/ui";
import { useEffect, useRef } from "react";
import type { GetLogLinesAnswer } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { FONT_PX, LINE_PX, LineText } from "./log-row.tsx";

const AROUND = 50;

export function ContextDialog({ place, onClose }: { readonly place: string; readonly onClose: () => void }) {
  const path = `/api/logs/lines/${encodeURIComponent(place)}`;
  const query = { around: AROUND };
  const { data, error, refetch } = useReading<GetLogLinesAnswer>("log-context", path, { query });
  const middle = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (data) middle.current?.scrollIntoView({ block: "center" });
  }, [data]);
  return (
    <Dialog open onClose={onClose} maxWidth="lg" fullWidth aria-labelledby="log-context-title">
      <DialogTitle id="log-context-title">{say("The line and what stands around it")}</DialogTitle>
      <DialogContent tabIndex={0} aria-label={say("Lines around it")} role="region" sx={{ px: 1 }}>
        {error && (
          <ErrorState
            title={say("The line could not be read")}
            error={error}
            onRetry={() => void refetch()}
          />
        )}
        {!data && !error && (
          <Late>
            <ListSkeleton rows={6} />
          </Late>
        )}
        {data && (
          <Box component="ol" sx={LIST}>
            {data.lines.map((line) => {
              const isIt = line.place === place;
              return (
                <Box
                  component="li"
                  key={line.place}
                  ref={isIt ? middle : undefined}
                  aria-current={isIt ? "true" : undefined}
                  sx={isIt ? IT : { px: 1 }}
                >
                  <LineText line={line} mark="" />
                </Box>
              );
            })}
          </Box>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} autoFocus>
          {say("Close")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const LIST = {
  m: 0,
  p: 0,
  listStyle: "none",
  fontFamily: MONO,
  fontSize: FONT_PX,
  lineHeight: `${LINE_PX}px`,
  overflowWrap: "anywhere",
  whiteSpace: "break-spaces",
} as const;

const IT = { px: 1, bgcolor: "action.selected", borderLeft: 3, borderColor: "primary.main" } as const;
