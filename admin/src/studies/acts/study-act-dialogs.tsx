// Asks before work on a study is cancelled, begun again, ended with a failure report, or begun without waiting.
import { Typography } from "@mui/material";
import { phrase, say, shortId } from "@thalamus/sdk/ui";
import { ConfirmDialog } from "../../acts/confirm-dialog.tsx";
import { useMay } from "../../acts/permission.ts";
import type { CancelStudyAnswer, StudyRow } from "../../api.gen.ts";
import { AssignDialog } from "./assign-dialog.tsx";
import { RetryManyDialog } from "./bulk-dialogs.tsx";

export interface StudyDialogProps {
  readonly study: StudyRow;
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}

export function CancelDialog({ study, onClose }: StudyDialogProps) {
  const may = useMay();
  const ordersOnly = !may("studies.cancel") && study.own === "orders";
  const path = may("studies.cancel") ? "cancel" : "cancel-own";
  return (
    <ConfirmDialog
      title={
        ordersOnly
          ? say("Cancel your orders for study %{id}?", { id: shortId(study.id) })
          : say("Cancel all work on study %{id}?", { id: shortId(study.id) })
      }
      verb={ordersOnly ? say("Cancel my orders") : say("Cancel the work")}
      tone="warning"
      act={() => async (call) => {
        const { steps } = await call<CancelStudyAnswer>(`/api/studies/${study.id}/${path}`, {
          method: "POST",
        });
        return steps === 0
          ? say("No work was open.")
          : say("Cancelled %{count} step. |||| Cancelled %{count} steps.", { count: steps });
      }}
      onClose={onClose}
    >
      <Typography>
        {ordersOnly
          ? say(
              "The products that you ordered for it end now; what others ordered goes on. What was delivered stays delivered, and the study with its images stays here.",
            )
          : say(
              "Everything that waits or runs for it ends now. What was delivered stays delivered, and the study with its images stays here. Single steps can be tried again afterwards.",
            )}
        {!may("steps.retry") && ` ${say("An administrator does that.")}`}
      </Typography>
    </ConfirmDialog>
  );
}

export function AssignOneDialog({ study, onClose }: StudyDialogProps) {
  return <AssignDialog studies={[study]} onClose={onClose} />;
}

export function RetryDialog({ study, onClose }: StudyDialogProps) {
  return <RetryManyDialog studyIds={[study.id]} onClose={onClose} onDone={() => undefined} />;
}

const REASON = {
  help: phrase(
    "3 to 500 characters. It stays in the journal for good: no names and no numbers of the patient.",
  ),
  shortest: 3,
  longest: 500,
} as const;

export function RejectDialog({ study, onClose }: StudyDialogProps) {
  return (
    <ConfirmDialog
      title={say("End study %{id} with a failure report?", { id: shortId(study.id) })}
      verb={say("End the study")}
      tone="warning"
      reason={REASON}
      act={(reason) => async (call) => {
        await call(`/api/studies/${study.id}/reject`, { method: "POST", body: { reason } });
        return say("The study has ended. Its failure reports are on their way.");
      }}
      onClose={onClose}
    >
      <Typography>
        {say(
          "Its orders fail, each with a report that says which checks failed. The reports go to the destinations for failures. To let it pass instead, use Bypass in the tab QC.",
        )}
      </Typography>
    </ConfirmDialog>
  );
}

export function CompleteDialog({ study, onClose }: StudyDialogProps) {
  const { id, instanceCount } = study;
  return (
    <ConfirmDialog
      title={say("Take study %{id} for complete now?", { id: shortId(id) })}
      verb={say("Make complete now")}
      act={() => async (call) => {
        await call("/api/force-stable", { method: "PUT", body: { id } });
        return say("The study is taken for complete; the checks begin.");
      }}
      onClose={onClose}
    >
      <Typography>
        {say(
          "The hub does not wait any longer for images: the checks begin with what is here (%{count} images so far). Images that still come are late and handled by the rule for late images.",
          { count: instanceCount },
        )}
      </Typography>
    </ConfirmDialog>
  );
}
