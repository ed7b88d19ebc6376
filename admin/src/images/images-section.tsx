// In the summary of a study: a small picture that leads to its images, and the elements of an image.
import { Box, Button, ButtonBase, Stack, Typography } from "@mui/material";
import { say, Thumbnail } from "@thalamus/sdk/ui";
import { useState } from "react";
import { Link } from "react-router";
import { useMay } from "../acts/permission.ts";
import type { StudyRow } from "../api.gen.ts";
import { ElementsView } from "./elements-view.tsx";
import { type SeriesRow, thumbnailAddress, useStudySeries } from "./study-series.ts";

const SIZE = 160;

export default function ImagesSection({ study }: { readonly study: StudyRow }) {
  const { data } = useStudySeries(study.id);
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  // an image of it: NIfTI files have no elements
  const rows = study.format === "dicom" ? (data?.data ?? []) : [];
  if (rows.length === 0) return null;
  const shown = may("studies.view") ? rows.find(({ pictures }) => pictures) : undefined;
  return (
    <Box component="section" aria-labelledby="images-heading">
      <Typography variant="h2" component="h3" id="images-heading" sx={{ mb: 1 }}>
        {say("Images")}
      </Typography>
      <Stack spacing={1.5} sx={{ alignItems: "flex-start" }}>
        {shown && <Look studyId={study.id} series={shown} />}
        <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? say("Hide the elements") : say("Show the elements (tags)")}
        </Button>
      </Stack>
      {isOpen && <ElementsView studyId={study.id} rows={rows} />}
    </Box>
  );
}

function Look({ studyId, series }: { studyId: string; series: SeriesRow }) {
  return (
    <ButtonBase component={Link} to={`/studies/${studyId}/images`} replace sx={LINK}>
      <Thumbnail address={thumbnailAddress(studyId, series, SIZE)} size={SIZE} />
      <Box component="span" sx={{ color: "primary.main", fontWeight: 600 }}>
        {say("Look at the images")}
      </Box>
    </ButtonBase>
  );
}

const LINK = {
  display: "inline-grid",
  justifyItems: "start",
  gap: 0.5,
  borderRadius: 1,
  fontSize: "0.875rem",
  "&:hover": { textDecoration: "underline" },
  "&.Mui-focusVisible": { outline: "2px solid", outlineColor: "primary.main", outlineOffset: "3px" },
} as const;
