// What can be done about one step that stopped: try it again, or settle the doubt about it.

import GavelOutlined from "@mui/icons-material/GavelOutlined";
import ReplayOutlined from "@mui/icons-material/ReplayOutlined";
import { Alert } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useAct } from "../acts/act.ts";
import { ActButton } from "../acts/act-button.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { StepRow } from "../api.gen.ts";
import { ResolveDialog } from "./resolve-dialog.tsx";

export interface StepActsProps {
  readonly step: StepRow;
  /** Revision the study is at. */
  readonly latest: number;
}

export function StepActs({ step, latest }: StepActsProps) {
  const { id, state, target, revision } = step;
  const { busy, problem, run } = useAct();
  const may = useMay();
  const [deciding, setDeciding] = useState(false);
  const retry = () =>
    run(async (call) => {
      await call(`/api/steps/${id}/retry`, { method: "POST" });
      return say("%{target} tries again.", { target });
    });
  const old = revision < latest ? say("It belongs to an older revision of the study.") : "";
  const retryOff = may("steps.retry") ? old : NOT_ALLOWED;
  return (
    <>
      {(state === "rejected" || state === "cancelled") && (
        <ActButton
          startIcon={<ReplayOutlined />}
          aria-label={say("Try again: %{target}", { target })}
          loading={busy}
          whyNot={retryOff}
          onAct={() => void retry()}
        >
          {say("Try again")}
        </ActButton>
      )}
      {state === "unknown" && (
        <ActButton
          color="warning"
          startIcon={<GavelOutlined />}
          aria-label={say("Decide: %{target}", { target })}
          whyNot={may("deliveries.resolve") ? "" : NOT_ALLOWED}
          onAct={() => setDeciding(true)}
        >
          {say("Decide")}
        </ActButton>
      )}
      {problem !== "" && (
        <Alert severity="error" sx={{ flexBasis: "100%" }}>
          {problem}
        </Alert>
      )}
      {deciding && <ResolveDialog step={step} onClose={() => setDeciding(false)} />}
    </>
  );
}
