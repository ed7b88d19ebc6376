// The images of one study, series by series.
import PhotoLibraryOutlined from "@mui/icons-material/PhotoLibraryOutlined";
import { Box, Button, Skeleton } from "@mui/material";
import { EmptyState, ErrorState, Late, say } from "@thalamus/sdk/ui";
import { FrameViewer } from "@thalamus/sdk/ui/viewer";
import { useMemo, useState } from "react";
import { GuardedPage } from "../acts/guarded-page.tsx";
import type { ListImagesAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { useLater } from "../logs/use-later.ts";
import type { StudyTabProps } from "../studies/panel/study-panel.tsx";
import { ImageElements } from "./image-elements.tsx";
import {
  CT_WINDOWS,
  framePaths,
  imageOfFrame,
  type SeriesRow,
  useStudySeries,
  viewerSeries,
} from "./study-series.ts";

export default function ImagesTab({ story }: StudyTabProps) {
  return (
    <GuardedPage needs="studies.view">
      <Images studyId={story.id} isNifti={story.study.format === "nifti"} />
    </GuardedPage>
  );
}

function Images({ studyId, isNifti }: { studyId: string; isNifti: boolean }) {
  const { data, error, refetch } = useStudySeries(studyId);
  if (error) {
    return (
      <ErrorState title={say("The series could not be read")} error={error} onRetry={() => void refetch()} />
    );
  }
  if (!data) {
    return (
      <Late>
        <Skeleton variant="rounded" height={420} role="status" aria-label={say("Loading")} />
      </Late>
    );
  }
  if (data.data.some(({ pictures }) => pictures)) return <Viewer studyId={studyId} rows={data.data} />;
  return (
    <EmptyState icon={PhotoLibraryOutlined} title={say("No images to look at")}>
      {isNifti
        ? say("The study came as NIfTI files, which are not shown here.")
        : say("Images appear here as they come. Reports, documents and raw data have no pictures.")}
    </EmptyState>
  );
}

function Viewer({ studyId, rows }: { studyId: string; rows: readonly SeriesRow[] }) {
  const series = viewerSeries(studyId, rows);
  const [asked, setAsked] = useState(series[0]!.id);
  const chosen = series.some(({ id }) => id === asked) ? asked : series[0]!.id;
  const path = `/api/studies/${studyId}/series/${chosen}/images`;
  const { data, error, refetch, isPlaceholderData } = useReading<ListImagesAnswer>("series-images", path);
  // while a series is read, the answer is still that of the one before
  const found = isPlaceholderData ? undefined : data;
  const frames = useMemo(() => found && framePaths(studyId, found), [studyId, found]);
  const damaged = found?.unreadable ?? 0;
  const note =
    damaged === 0
      ? {}
      : {
          note: say(
            "%{count} image is damaged and left out. |||| %{count} images are damaged and left out.",
            { count: damaged },
          ),
        };
  const [frame, setFrame] = useState<number>();
  const [isOpen, setOpen] = useState(false);
  const image = useLater(found && frame !== undefined ? imageOfFrame(found, frame) : undefined, STILL_MS);
  const isCt = rows.find(({ id }) => id === chosen)?.modality === "CT";
  return (
    <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <FrameViewer
        series={series}
        chosen={chosen}
        onChoose={setAsked}
        frames={frames}
        fault={error}
        onRetry={() => void refetch()}
        presets={isCt ? CT_WINDOWS : []}
        onFrame={setFrame}
        {...note}
      />
      <Button
        size="small"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        sx={{ justifySelf: "start" }}
      >
        {isOpen ? say("Hide the elements") : say("Show the elements of this image")}
      </Button>
      {isOpen && image !== undefined && <ImageElements studyId={studyId} image={image} />}
    </Box>
  );
}

/** Who goes through a series quickly wants no elements on the way. */
const STILL_MS = 200;
