// The studies of a page as cards, for narrow screens.
import { Box } from "@mui/material";
import { say, shortId, TimeText } from "@thalamus/sdk/ui";
import type { StudyRow } from "../api.gen.ts";
import { ChooseRow } from "../list/row-table.tsx";
import { StudyActsMenu } from "./acts/study-acts-menu.tsx";
import { QcChip } from "./qc-chip.tsx";
import { GroupTag, StudyAccession, StudyLink, StudyPatient } from "./study-columns.tsx";
import { StudyStatus } from "./study-status.tsx";

export function StudyCards({ studies }: { readonly studies: readonly StudyRow[] }) {
  return (
    <Box component="ul" aria-label={say("Studies")} sx={{ m: 0, p: 0, listStyle: "none" }}>
      {studies.map((study) => (
        <StudyCard key={study.id} study={study} />
      ))}
    </Box>
  );
}

function StudyCard({ study }: { study: StudyRow }) {
  const { id, receivedAt, source, modalities, instanceCount } = study;
  const late = study.lateOf === null ? "" : say("late for %{id}", { id: shortId(study.lateOf) });
  const facts = [
    source,
    modalities.join(", "),
    say("%{instanceCount} images", { instanceCount }),
    late,
  ].filter((fact) => fact !== "");
  return (
    <Box
      component="li"
      data-row={id}
      sx={{ display: "grid", gap: 1, px: 2, py: 1.5, borderBottom: 1, borderColor: "divider" }}
    >
      <Box sx={{ display: "flex", justifyContent: "space-between", alignItems: "center" }}>
        <ChooseRow id={id} name={say("study %{id}", { id: shortId(id) })} />
        <StudyLink id={id} />
        <Box sx={{ flex: 1 }} />
        <Box sx={{ color: "text.secondary", fontSize: "0.8125rem", mr: 0.5 }}>
          <TimeText at={receivedAt} />
        </Box>
        <StudyActsMenu study={study} />
      </Box>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "start", gap: 1 }}>
        <StudyStatus study={study} />
        {study.qc !== "none" && <QcChip qc={study.qc} />}
        {study.groupId !== null && <GroupTag groupId={study.groupId} />}
      </Box>
      <Box component="dl" sx={IDENTITY}>
        <dt>{say("Patient")}</dt>
        <dd>
          <StudyPatient study={study} />
        </dd>
        <dt>{say("Accession")}</dt>
        <dd>
          <StudyAccession study={study} />
        </dd>
      </Box>
      <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>{facts.join(" · ")}</Box>
    </Box>
  );
}

const IDENTITY = {
  display: "grid",
  gridTemplateColumns: "80px 1fr",
  alignItems: "center",
  gap: "6px 8px",
  m: 0,
  fontSize: "0.875rem",
  "& dt": { color: "text.secondary" },
  "& dd": { m: 0, minHeight: 26 },
} as const;
