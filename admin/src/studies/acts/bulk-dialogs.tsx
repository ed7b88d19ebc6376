// Asks before work on many studies is cancelled or begun again, and before their list leaves the hub.
import { Alert, Checkbox, FormControlLabel, Typography } from "@mui/material";
import { say, usePhiVault } from "@thalamus/sdk/ui";
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

const count = (n: number): string => say("%{count} study |||| %{count} studies", { count: n });

export function CancelManyDialog({ studyIds, onClose, onDone }: BulkDialogProps) {
  return (
    <ConfirmDialog
      title={say("Cancel all work on %{studies}?", { studies: count(studyIds.length) })}
      verb={say("Cancel the work")}
      tone="warning"
      act={() => async (call) => {
        const body = { studyIds };
        const { data } = await call<CancelStudiesAnswer>("/api/studies/cancel", { method: "POST", body });
        const worked = data.filter(({ steps }) => steps > 0).length;
        const idle = data.length - worked;
        return idle > 0
          ? say("Cancelled the work on %{worked}; on %{idle} none was open.", {
              worked: count(worked),
              idle: count(idle),
            })
          : say("Cancelled the work on %{worked}.", { worked: count(worked) });
      }}
      onClose={onClose}
      onDone={onDone}
    >
      <Typography>
        {say(
          "Everything that waits or runs for them ends now. What was delivered stays delivered, and the studies with their images stay here.",
        )}
      </Typography>
    </ConfirmDialog>
  );
}

export function RetryManyDialog({ studyIds, onClose, onDone }: BulkDialogProps) {
  return (
    <ConfirmDialog
      title={say("Try again what failed of %{studies}?", { studies: count(studyIds.length) })}
      verb={say("Try again")}
      act={() => async (call) => {
        const body = { studyIds };
        const { data } = await call<CancelStudiesAnswer>("/api/studies/retry", { method: "POST", body });
        const begun = data.filter(({ steps }) => steps > 0).length;
        return begun === 0
          ? say("Nothing of them was given up.")
          : say("Tried again: %{studies}.", { studies: count(begun) });
      }}
      onClose={onClose}
      onDone={onDone}
    >
      <Typography>
        {say(
          "Everything that was given up or cancelled at their newest revision gets its tries back: checks, products and deliveries. A product that is run again may cost again.",
        )}
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
      title={say("Export %{studies} as CSV", { studies: count(studyIds?.length ?? total) })}
      verb={withPatients ? say("Export with patients") : say("Export")}
      wrong={() => ""}
      act={async () => {
        const save = (reason: string | undefined) =>
          saveFile("/api/studies/export", { ...chosen, withPatients, reason }, "studies.csv");
        await vault.withReason(save);
        return withPatients
          ? say("Exported with patients; the journal keeps that you did.")
          : say("Exported.");
      }}
      onClose={onClose}
    >
      <Typography>
        {say("Ids, times, states, products and counts. Nothing in it identifies a patient.")}
      </Typography>
      <FormControlLabel
        control={
          <Checkbox checked={withPatients} disabled={!mayReveal} onChange={(_, on) => setWithPatients(on)} />
        }
        label={say("Also name, patient ID, accession number and study name")}
      />
      {!mayReveal && <Typography sx={{ color: "text.secondary" }}>{say(NOT_ALLOWED)}</Typography>}
      {withPatients && (
        <Alert severity="warning">
          {say(
            "The file will name patients, and nobody covers them there. Keep it where patient data may be kept, and delete it afterwards. The journal keeps that you exported it.",
          )}
        </Alert>
      )}
    </FormDialog>
  );
}
