// The studies of a page as a table, on screens that are wide enough for one.
import { Box, Tooltip } from "@mui/material";
import { PhiCell, ShortId, shortId, TimeText, utcTime } from "@thalamus/sdk/ui";
import { DataTable, useListContext } from "react-admin";
import type { StudyRow } from "../api.gen.ts";
import { tableLook } from "../list/table-look.ts";
import { StudyActsMenu } from "./acts/study-acts-menu.tsx";
import { StudyIdLink } from "./study-id-link.tsx";
import { StudyStatus } from "./study-status.tsx";

const Column = DataTable.Col<StudyRow>;

export function StudyTable() {
  const { isFetching } = useListContext();
  return (
    <DataTable<StudyRow>
      bulkActionButtons={false}
      rowClick={(id) => `/studies/${String(id)}`}
      size="small"
      sx={tableLook}
      aria-label="Studies"
      aria-busy={isFetching}
    >
      <Column label="Study" disableSort render={(study) => <StudyLink id={study.id} />} />
      <Column
        source="receivedAt"
        label="Received"
        render={({ receivedAt }) => <TimeText at={receivedAt} />}
      />
      <Column
        label="Patient"
        disableSort
        headerClassName="wider"
        render={(study) => <StudyPatient study={study} />}
      />
      <Column
        label="Accession"
        disableSort
        headerClassName="wide"
        render={(study) => <StudyAccession study={study} />}
      />
      <Column label="Source" disableSort render={({ source }) => source || "upload"} />
      <Column source="instanceCount" label="Images" render={(study) => <StudyImages study={study} />} />
      <Column label="Stable" disableSort render={(study) => <StudyStable study={study} />} />
      <Column source="statusSince" label="Status" render={(study) => <StudyStatus study={study} />} />
      <Column label="Actions" disableSort render={(study) => <StudyActsMenu study={study} />} />
    </DataTable>
  );
}

export function StudyLink({ id }: { readonly id: string }) {
  return (
    <ShortId id={id} what="study id">
      <StudyIdLink id={id} />
    </ShortId>
  );
}

const PATIENT = ["patientName", "patientId"] as const;
const ACCESSION = ["accessionNumber"] as const;

export function StudyPatient({ study }: { readonly study: StudyRow }) {
  const what = `patient of study ${shortId(study.id)}`;
  return <PhiCell studyId={study.id} fields={PATIENT} available={study.phi} what={what} />;
}

export function StudyAccession({ study }: { readonly study: StudyRow }) {
  const what = `accession number of study ${shortId(study.id)}`;
  return <PhiCell studyId={study.id} fields={ACCESSION} available={study.phi} what={what} />;
}

function StudyImages({ study }: { study: StudyRow }) {
  const { seriesCount, instanceCount, modalities, stableAt, lateOf } = study;
  return (
    <Tooltip title={modalities.join(", ")}>
      <Box sx={{ whiteSpace: "nowrap", lineHeight: 1.35 }}>
        {instanceCount}
        {/* series are counted when the study is complete */}
        {(stableAt !== null || seriesCount > 0) && (
          <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>{seriesCount} series</Box>
        )}
        {lateOf !== null && (
          <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>late for {shortId(lateOf)}</Box>
        )}
      </Box>
    </Tooltip>
  );
}

function StudyStable({ study: { stableAt } }: { study: StudyRow }) {
  if (stableAt === null) return <Box sx={{ color: "text.secondary" }}>No</Box>;
  return (
    <Tooltip title={`since ${utcTime(new Date(stableAt))}`}>
      <span>Yes</span>
    </Tooltip>
  );
}
