// Asks an admin which lines of a held de-identification may pass, and why; the journal keeps both.
import {
  Alert,
  Box,
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  TextField,
} from "@mui/material";
import { ApiFault, callApi, say } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useState } from "react";
import type { CheckLineRow, StepRow } from "../../api.gen.ts";

const SHORTEST = 10;
const LONGEST = 500;

export interface ReleaseDialogProps {
  readonly step: StepRow;
  readonly onClose: () => void;
  readonly onReleased: () => void;
}

export function ReleaseDialog({ step, onClose, onReleased }: ReleaseDialogProps) {
  const holding = step.lines.filter(({ verdict }) => verdict === "fail");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const isReady = chosen.length > 0 && reason.trim().length >= SHORTEST;
  const left = holding.length - chosen.length;
  const choose = (id: string, on: boolean) =>
    setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (!isReady) return;
    setBusy(true);
    setProblem("");
    try {
      const body = { lines: chosen, reason: reason.trim() };
      await callApi(`/api/steps/${step.id}/release`, { method: "POST", body });
      onReleased();
    } catch (error) {
      setProblem(error instanceof ApiFault ? error.message : say("The study could not be released."));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="release-title">
      <form onSubmit={(event) => void submit(event)}>
        <DialogTitle id="release-title">{say("Let the study leave the house?")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2 }}>
          <Alert severity="warning">
            {say(
              "Rules do not reach what is drawn into pictures or written in documents. Look at them first: what you let pass goes out as it is.",
            )}
          </Alert>
          <Box component="fieldset" sx={{ border: 0, m: 0, p: 0, display: "grid", gap: 1.5 }}>
            <Box component="legend" sx={{ fontWeight: 600, mb: 1 }}>
              {say("What you looked at and let pass")}
            </Box>
            {holding.map((line, index) => (
              <HeldLine
                key={line.id}
                line={line}
                isFirst={index === 0}
                isChosen={chosen.includes(line.id)}
                onChoose={(on) => choose(line.id, on)}
              />
            ))}
          </Box>
          {chosen.length > 0 && left > 0 && (
            <Alert severity="info">
              {say(
                "One line is not chosen: the study will be held again. |||| %{count} lines are not chosen: the study will be held again.",
                { count: left },
              )}
            </Alert>
          )}
          <TextField
            label={say("Reason")}
            helperText={say(
              "%{SHORTEST} to %{LONGEST} characters. It stays in the journal: no names and no numbers of the patient.",
              { SHORTEST, LONGEST },
            )}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            multiline
            minRows={2}
            required
            error={problem !== ""}
            slotProps={{ htmlInput: { maxLength: LONGEST, autoComplete: "off" } }}
          />
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Cancel")}</Button>
          <Button type="submit" variant="contained" color="warning" disabled={!isReady} loading={busy}>
            {say("Release")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface HeldLineProps {
  readonly line: CheckLineRow;
  readonly isFirst: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (on: boolean) => void;
}

function HeldLine({ line: { id, title, found, howToFix }, isFirst, isChosen, onChoose }: HeldLineProps) {
  return (
    <Box>
      <FormControlLabel
        label={say(title)}
        control={
          <Checkbox
            autoFocus={isFirst}
            checked={isChosen}
            onChange={(_, on) => onChoose(on)}
            slotProps={{ input: { "aria-describedby": `held-${id}` } }}
          />
        }
        sx={{ "& .MuiFormControlLabel-label": { fontWeight: 600 } }}
      />
      <Box id={`held-${id}`} sx={{ pl: 4, fontSize: "0.875rem" }}>
        {found}
        {howToFix !== undefined && <Box sx={{ color: "text.secondary" }}>{howToFix}</Box>}
      </Box>
    </Box>
  );
}
