// The columns that the list of studies can have.
import { Box, Chip, Link as TextLink, Tooltip } from "@mui/material";
import { PhiCell, phrase, ShortId, say, shortId, TimeText } from "@thalamus/sdk/ui";
import { Link } from "react-router";
import type { StudyRow } from "../api.gen.ts";
import type { RowColumn } from "../list/row-table.tsx";
import { seriesWords } from "./count-words.ts";
import { useGroupNames } from "./filter-options.ts";
import { QcChip } from "./qc-chip.tsx";
import { StudyIdLink } from "./study-id-link.tsx";
import { StudyStable } from "./study-stable.tsx";
import { StudyStatus } from "./study-status.tsx";

/** A-234 The acts on a study always stand last and are no choice. */
export const STUDY_COLUMNS: readonly RowColumn<StudyRow>[] = [
  { name: "study", title: phrase("Study"), cell: ({ id }) => <StudyLink id={id} /> },
  {
    name: "received",
    title: phrase("Received"),
    sort: "receivedAt",
    cell: ({ receivedAt }) => <TimeText at={receivedAt} />,
  },
  {
    name: "patient",
    title: phrase("Patient"),
    minWidth: 124,
    cell: (study) => <StudyPatient study={study} />,
  },
  {
    name: "accession",
    title: phrase("Accession"),
    minWidth: 112,
    cell: (study) => <StudyAccession study={study} />,
  },
  {
    name: "status",
    title: phrase("Status"),
    sort: "statusSince",
    cell: (study) => <StudyStatus study={study} />,
  },
  { name: "qc", title: phrase("QC"), cell: ({ qc }) => <QcChip qc={qc} /> },
  { name: "source", title: phrase("Source"), cell: ({ source }) => source || say("upload") },
  {
    name: "images",
    title: phrase("Images"),
    sort: "instanceCount",
    cell: (study) => <StudyImages study={study} />,
  },
  { name: "stable", title: phrase("Stable"), cell: (study) => <StudyStable study={study} /> },
  { name: "group", title: phrase("Group"), cell: ({ groupId }) => <GroupTag groupId={groupId} /> },
  { name: "products", title: phrase("Products"), cell: ({ products }) => products.join(", ") || say("none") },
];

/** Shown only when somebody wants them. */
export const HIDDEN_AT_FIRST: readonly string[] = ["products"];

export function StudyLink({ id }: { readonly id: string }) {
  return (
    <ShortId id={id} what={say("study id")}>
      <StudyIdLink id={id} />
    </ShortId>
  );
}

/** What the screens of a list show of a patient. */
export const PATIENT_FIELDS = ["patientName", "patientId", "studyName"] as const;
export const ACCESSION_FIELDS = ["accessionNumber"] as const;

export function StudyPatient({ study }: { readonly study: StudyRow }) {
  const what = say("patient of study %{id}", { id: shortId(study.id) });
  return <PhiCell studyId={study.id} fields={PATIENT_FIELDS} available={study.phi} what={what} />;
}

export function StudyAccession({ study }: { readonly study: StudyRow }) {
  const what = say("accession number of study %{id}", { id: shortId(study.id) });
  return <PhiCell studyId={study.id} fields={ACCESSION_FIELDS} available={study.phi} what={what} />;
}

/** A-242 The group of a study, which leads to it. */
export function GroupTag({ groupId }: Pick<StudyRow, "groupId">) {
  const names = useGroupNames();
  if (groupId === null) return <Box sx={{ color: "text.secondary" }}>{say("none")}</Box>;
  const name = names.get(groupId) ?? shortId(groupId);
  return (
    <TextLink
      component={Link}
      to={`/groups/${groupId}`}
      underline="none"
      onClick={(event) => event.stopPropagation()}
    >
      <Chip size="small" label={name} sx={{ maxWidth: 140, cursor: "pointer" }} />
    </TextLink>
  );
}

function StudyImages({ study }: { study: StudyRow }) {
  const { seriesCount, instanceCount, modalities, stableAt, lateOf } = study;
  return (
    <Tooltip title={modalities.join(", ")}>
      <Box sx={{ whiteSpace: "nowrap", lineHeight: 1.35 }}>
        {instanceCount}
        {/* series are counted when the study is complete */}
        {(stableAt !== null || seriesCount > 0) && (
          <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>{seriesWords(seriesCount)}</Box>
        )}
        {lateOf !== null && (
          <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>
            {say("late for %{id}", { id: shortId(lateOf) })}
          </Box>
        )}
      </Box>
    </Tooltip>
  );
}
