// Asks before work on many studies is cancelled or begun again, and before their list leaves the hub.
import { Alert, Checkbox, FormControlLabel, Typography } from "@mui/material";
import { usePhiVault } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ConfirmDialog } from "../../acts/confirm-dialog.tsx";
import { FormDialog } from "../../acts/form-dialog.tsx";
import { NOT_ALLOWED, useMay } from "../../acts/permission.ts";
import type { CancelStudiesAnswer } from "../../api.gen.ts";
import { saveFile } from "../../list/save-file.ts";
import type { StudyFilter } from "../study-filter.ts";

export interface BulkDialogProps {
  readonly studyIds: readonly string[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const count = (n: number): string => (n === 1 ? "1 study" : `${n} studies`);

export function CancelManyDialog({ studyIds, onClose, onDone }: BulkDialogProps) {
  return (
    <ConfirmDialog
      title={`Cancel all work on ${count(studyIds.length)}?`}
      verb="Cancel the work"
      tone="warning"
      act={() => async (call) => {
        const body = { studyIds };
        const { data } = await call<CancelStudiesAnswer>("/api/studies/cancel", { method: "POST", body });
        const worked = data.filter(({ steps }) => steps > 0).length;
        const idle = data.length - worked;
        return `Cancelled the work on ${count(worked)}${idle > 0 ? `; on ${count(idle)} none was open` : ""}.`;
      }}
      onClose={onClose}
      onDone={onDone}
    >
      <Typography>
        Everything that waits or runs for them ends now. What was delivered stays delivered, and the studies
        with their images stay here.
      </Typography>
    </ConfirmDialog>
  );
}

export function RetryManyDialog({ studyIds, onClose, onDone }: BulkDialogProps) {
  return (
    <ConfirmDialog
      title={`Try again what failed of ${count(studyIds.length)}?`}
      verb="Try again"
      act={() => async (call) => {
        const body = { studyIds };
        const { data } = await call<CancelStudiesAnswer>("/api/studies/retry", { method: "POST", body });
        const begun = data.filter(({ steps }) => steps > 0).length;
        return begun === 0 ? "Nothing of them was given up." : `Tried again: ${count(begun)}.`;
      }}
      onClose={onClose}
      onDone={onDone}
    >
      <Typography>
        Everything that was given up or cancelled at their newest revision gets its tries back: checks,
        products and deliveries. A product that is run again may cost again.
      </Typography>
    </ConfirmDialog>
  );
}

export interface ExportDialogProps {
  /** Only these; without it all that fit the filter. */
  readonly studyIds?: readonly string[];
  readonly filter: StudyFilter;
  readonly total: number;
  readonly onClose: () => void;
}

export function ExportDialog({ studyIds, filter, total, onClose }: ExportDialogProps) {
  const may = useMay();
  const vault = usePhiVault();
  const [withPatients, setWithPatients] = useState(false);
  const chosen = studyIds === undefined ? filter : { ids: studyIds.join(",") };
  const mayReveal = may("studies.reveal");
  return (
    <FormDialog
      title={`Export ${count(studyIds?.length ?? total)} as CSV`}
      verb={withPatients ? "Export with patients" : "Export"}
      wrong={() => ""}
      act={async () => {
        const save = (reason: string | undefined) =>
          saveFile("/api/studies/export", { ...chosen, withPatients, reason }, "studies.csv");
        await vault.withReason(save);
        return withPatients ? "Exported with patients; the journal keeps that you did." : "Exported.";
      }}
      onClose={onClose}
    >
      <Typography>Ids, times, states, products and counts. Nothing in it identifies a patient.</Typography>
      <FormControlLabel
        control={
          <Checkbox checked={withPatients} disabled={!mayReveal} onChange={(_, on) => setWithPatients(on)} />
        }
        label="Also name, patient ID, accession number and study name"
      />
      {!mayReveal && <Typography sx={{ color: "text.secondary" }}>{NOT_ALLOWED}</Typography>}
      {withPatients && (
        <Alert severity="warning">
          The file will name patients, and nobody covers them there. Keep it where patient data may be kept,
          and delete it afterwards. The journal keeps that you exported it.
        </Alert>
      )}
    </FormDialog>
  );
}
