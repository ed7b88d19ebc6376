// Tries a destination or a watcher without sending anything, and tells what happened at each stage.
import {
  Alert,
  AlertTitle,
  Box,
  Button,
  CircularProgress,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Typography,
} from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { durationWords, ErrorState, say } from "@thalamus/sdk/ui";
import type { TestDestinationAnswer } from "../api.gen.ts";
import { useCallOrLeave } from "../list/reading.ts";
import { ProbeStages } from "./probe-stages.tsx";

export interface ProbeDialogProps {
  /** Of the plugin entry. */
  readonly name: string;
  readonly onClose: () => void;
}

type Probed = TestDestinationAnswer & { readonly tookMs: number };

export function ProbeDialog({ name, onClose }: ProbeDialogProps) {
  const call = useCallOrLeave();
  const { data, error, isFetching, refetch } = useQuery<Probed, Error>({
    queryKey: ["probe", name],
    queryFn: async ({ signal }) => {
      const began = performance.now();
      const address = `/api/destinations/${encodeURIComponent(name)}/test`;
      const answer = await call<TestDestinationAnswer>(address, { method: "POST", body: {}, signal });
      return { ...answer, tookMs: performance.now() - began };
    },
    // each opening is a test of its own
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="probe-title">
      <DialogTitle id="probe-title">{say("Test of %{name}", { name })}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2 }} aria-live="polite" aria-busy={isFetching}>
        {isFetching && (
          <Box role="status" sx={{ display: "flex", alignItems: "center", gap: 1.5 }}>
            <CircularProgress size={20} aria-hidden />
            <Typography>{say("Trying. It may take up to half a minute; nothing is sent.")}</Typography>
          </Box>
        )}
        {error && !isFetching && <ErrorState title={say("The test could not be made")} error={error} />}
        {data && !isFetching && (
          <>
            <Alert severity={data.ok ? "success" : "error"} variant="outlined">
              <AlertTitle>{data.ok ? say("It works") : say("It does not work")}</AlertTitle>
              {data.message}
            </Alert>
            <ProbeStages stages={data.stages} />
            <Typography variant="body2" sx={{ color: "text.secondary" }}>
              {data.tookMs >= 100 && `${say("Took %{span}.", { span: durationWords(data.tookMs) })} `}
              {say("Nothing was sent.")}
            </Typography>
          </>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={() => void refetch()} disabled={isFetching}>
          {say("Test again")}
        </Button>
        <Button onClick={onClose} variant="contained" autoFocus>
          {say("Close")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
