// What the quality checks looked at and found, what a person can do about a study they hold, and the report.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import FactCheckOutlined from "@mui/icons-material/FactCheckOutlined";
import RemoveCircleOutlined from "@mui/icons-material/RemoveCircleOutlined";
import { Alert, Box, Button, Stack, Typography } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { callApi, durationWords, EmptyState, StateChip, say, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { useMay } from "../../acts/permission.ts";
import type { ListSettingsVersionsAnswer, StepRow } from "../../api.gen.ts";
import { CheckTable } from "./check-table.tsx";
import { HeldActions } from "./held-actions.tsx";
import { SeriesTable } from "./series-table.tsx";
import type { StudyTabProps } from "./study-panel.tsx";

export function QualityTab({ story: { study, steps } }: StudyTabProps) {
  const may = useMay();
  const mayAct = may("studies.bypass") || may("studies.correct") || may("studies.check");
  // the latest revision is what counts, so it comes first
  const checks = steps.filter(({ phase }) => phase === "check").toReversed();
  if (checks.length === 0) {
    return (
      <EmptyState icon={FactCheckOutlined} title={say("No quality check has run")}>
        {say("Checks start when the study is complete.")}
      </EmptyState>
    );
  }
  const waits = checks.filter(({ state, revision }) => {
    return revision === study.revision && (state === "held" || state === "rejected");
  });
  return (
    <Stack spacing={4}>
      {waits.length > 0 && mayAct && <HeldActions study={study} waiting={waits} />}
      {checks.map((check) => (
        <QualityReport key={check.id} check={check} />
      ))}
      <SeriesTable studyId={study.id} />
      <ReportDownloads studyId={study.id} />
    </Stack>
  );
}

function QualityReport({ check }: { check: StepRow }) {
  const { target, state, revision, claimedAt, settledAt, lines, message, code, rules, bypass } = check;
  const byPerson = new Set(bypass?.lines);
  const off = lines.filter(({ id, verdict }) => verdict === "bypassed" && !byPerson.has(id));
  const worked = claimedAt !== null && settledAt !== null && bypass === null;
  const took = worked ? Date.parse(settledAt) - Date.parse(claimedAt) : undefined;
  return (
    <Box component="section" aria-label={say("%{target}, revision %{revision}", { target, revision })}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25, mb: 1 }}>
        <Typography variant="h2" component="h3">
          {target}
        </Typography>
        {bypass === null ? (
          <StateChip state={state} done={say("Passed")} />
        ) : (
          <ToneChip word={say("Bypassed")} tone="warning" icon={RemoveCircleOutlined} />
        )}
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
          {settledAt !== null && <TimeText at={settledAt} />}
          {took !== undefined && say(" · took %{span}", { span: durationWords(took) })}
          {rules !== null &&
            say(" · rule set %{name} %{version}", { name: rules.name, version: rules.version })}
          {revision > 1 && say(" · revision %{revision}", { revision })}
        </Box>
      </Box>
      {bypass !== null && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 1 }}>
          {say("%{by} let it pass: %{reason}", { by: bypass.by, reason: bypass.reason })}
        </Alert>
      )}
      {message !== null && (
        <Alert severity={state === "skipped" ? "info" : "error"} variant="outlined" sx={{ mb: 1 }}>
          {message} {code !== null && <code>{code}</code>}
        </Alert>
      )}
      {off.length > 0 && (
        <Alert severity="warning" variant="outlined" sx={{ mb: 1 }}>
          {say(
            "Checks are switched off in the settings and count as passed: incomplete or non-compliant studies go on.",
          )}{" "}
          <SwitchedOffBy target={target} before={settledAt} />
        </Alert>
      )}
      {lines.length > 0 && <CheckTable lines={lines} label={say("Checks of %{target}", { target })} />}
    </Box>
  );
}

/** Who last changed the settings of a check before it ran, and when; for who may see settings. */
function SwitchedOffBy({ target, before }: { target: string; before: string | null }) {
  const may = useMay();
  const { data } = useQuery({
    queryKey: ["settings-versions", "/api/settings-versions", {}],
    queryFn: ({ signal }) => callApi<ListSettingsVersionsAnswer>("/api/settings-versions", { signal }),
    enabled: may("settings.read"),
    retry: false,
  });
  const section = `entry.${target}`;
  const change = data?.data
    .filter(({ madeAt, changes }) => (before === null || madeAt <= before) && section in changes)
    .toSorted((a, b) => b.number - a.number)[0];
  if (!change) return null;
  const { madeBy, madeAt, origin } = change;
  return (
    <>
      {origin === "file"
        ? say("The settings of %{target} were last changed by the file on", { target })
        : say("The settings of %{target} were last changed by %{madeBy} on", { target, madeBy })}{" "}
      <TimeText at={madeAt} />.
    </>
  );
}

function ReportDownloads({ studyId }: { studyId: string }) {
  const address = (format: string) => `/api/studies/${studyId}/qc-report?format=${format}&download=true`;
  return (
    <Box component="section" aria-label={say("Report")} sx={{ display: "flex", gap: 1 }}>
      {["PDF", "JSON"].map((format) => (
        <Button
          key={format}
          size="small"
          variant="outlined"
          startIcon={<DownloadOutlined />}
          href={address(format.toLowerCase())}
          download
        >
          {say("Report as %{format}", { format })}
        </Button>
      ))}
    </Box>
  );
}
