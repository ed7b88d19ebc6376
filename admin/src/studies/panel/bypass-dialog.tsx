// Asks an admin for the reason of a bypass, after telling what failed and what may come of it.
import {
  Alert,
  AlertTitle,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Skeleton,
  TextField,
} from "@mui/material";
import { ApiFault, callApi, ErrorState, say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useCallback, useEffect, useState } from "react";
import type { PreviewBypassAnswer, StepRow } from "../../api.gen.ts";

const SHORTEST = 10;
const LONGEST = 500;

export interface BypassDialogProps {
  readonly step: StepRow;
  readonly onClose: () => void;
  readonly onBypassed: () => void;
}

export function BypassDialog({ step, onClose, onBypassed }: BypassDialogProps) {
  const address = `/api/steps/${step.id}/bypass`;
  const [preview, setPreview] = useState<PreviewBypassAnswer>();
  const [fault, setFault] = useState<unknown>();
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const read = useCallback(() => {
    setFault(undefined);
    callApi<PreviewBypassAnswer>(address).then(setPreview, setFault);
  }, [address]);
  useEffect(read, [read]);
  const long = reason.trim().length >= SHORTEST;
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!long || !preview) return;
    setBusy(true);
    try {
      await callApi(address, { method: "POST", body: { reason: reason.trim() } });
      onBypassed();
    } catch (error) {
      setProblem(error instanceof ApiFault ? error.message : say("The study could not be let pass."));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="bypass-title">
      <form onSubmit={(event) => void submit(event)}>
        <DialogTitle id="bypass-title">
          {say("Let the study pass although %{target} failed?", { target: step.target })}
        </DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          {fault !== undefined && (
            <ErrorState title={say("What failed could not be read")} error={fault} onRetry={read} />
          )}
          {preview ? <Preview preview={preview} /> : fault === undefined && <Skeleton height={140} />}
          <TextField
            label={say("Reason")}
            helperText={say(
              "%{SHORTEST} to %{LONGEST} characters. It stays in the journal and in the report: no names and no numbers of the patient.",
              { SHORTEST, LONGEST },
            )}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            multiline
            minRows={2}
            required
            autoFocus
            error={problem !== ""}
            slotProps={{ htmlInput: { maxLength: LONGEST, autoComplete: "off" } }}
          />
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Cancel")}</Button>
          <Button
            type="submit"
            variant="contained"
            color="warning"
            disabled={!long || !preview}
            loading={busy}
          >
            {say("Bypass the check")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Preview({ preview: { lines, consequences } }: { preview: PreviewBypassAnswer }) {
  return (
    <>
      <Box component="section" aria-label={say("Failed checks")}>
        <strong>{say("These failed:")}</strong>
        <Box component="ul" sx={LIST}>
          {lines.map(({ id, title, found }) => (
            <li key={id}>
              {say(title)}: {found}
            </li>
          ))}
        </Box>
      </Box>
      <Alert severity="warning">
        <AlertTitle>{say("What may come of it")}</AlertTitle>
        <Box component="ul" sx={LIST}>
          {consequences.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </Box>
      </Alert>
    </>
  );
}

const LIST = { m: 0, pl: 2.5 } as const;
