// Finds the studies of a patient: what is typed goes into a body, is kept in memory only, and the hub journals who asked.
import PersonSearchOutlined from "@mui/icons-material/PersonSearchOutlined";
import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  TextField,
  Typography,
} from "@mui/material";
import { ApiFault, say, usePhiVault } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useState } from "react";
import { useListContext } from "react-admin";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { FindPatientAnswer } from "../api.gen.ts";
import { useCallOrLeave } from "../list/reading.ts";

export function FindPatient() {
  const may = useMay();
  const [open, setOpen] = useState(false);
  return (
    <>
      <ActButton
        variant="text"
        startIcon={<PersonSearchOutlined />}
        whyNot={may("studies.reveal") ? "" : say(NOT_ALLOWED)}
        onAct={() => setOpen(true)}
      >
        {say("Find patient")}
      </ActButton>
      {/* closing it forgets what was typed */}
      {open && <FindPatientDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function FindPatientDialog({ onClose }: { onClose: () => void }) {
  const { setFilters } = useListContext();
  const call = useCallOrLeave();
  const vault = usePhiVault();
  const [text, setText] = useState("");
  const [answer, setAnswer] = useState("");
  const [busy, setBusy] = useState(false);
  const search = async (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim().length < 2 || busy) return;
    setBusy(true);
    setAnswer("");
    try {
      const { ids, more } = await vault.withReason((reason) =>
        call<FindPatientAnswer>("/api/find-patient", {
          method: "POST",
          body: { text: text.trim(), reason },
        }),
      );
      if (ids.length > 0 && !more) {
        setFilters({ ids: ids.join(",") });
        onClose();
        return;
      }
      setAnswer(
        more
          ? say("More than %{length} studies fit. Type more of the name, or a number.", {
              length: ids.length,
            })
          : say("No study of this patient is here."),
      );
    } catch (fault) {
      setAnswer(fault instanceof ApiFault ? fault.message : say("The search did not work. Try again."));
    }
    setBusy(false);
  };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="find-patient-title">
      <form noValidate autoComplete="off" onSubmit={(event) => void search(event)}>
        <DialogTitle id="find-patient-title">{say("Find patient")}</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 1.5 }}>
          <TextField
            label={say("Name, patient ID, accession number or study name")}
            helperText={say("Beginnings of words are enough; all of them must fit.")}
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoFocus
            sx={{ mt: 1 }}
            slotProps={{
              htmlInput: {
                autoComplete: "off",
                spellCheck: false,
                autoCapitalize: "off",
                maxLength: 128,
                "data-1p-ignore": true,
              },
            }}
          />
          {answer !== "" && (
            <Alert severity="info" role="status">
              {answer}
            </Alert>
          )}
          <Typography sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
            {say("The journal keeps that you searched and what was found, not what you typed.")}
          </Typography>
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Close")}</Button>
          <Button type="submit" variant="contained" loading={busy} disabled={text.trim().length < 2}>
            {say("Find")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
