// What de-identification does to each element of an image, before it happens; values are covered until somebody asks.
import VisibilityOffOutlined from "@mui/icons-material/VisibilityOffOutlined";
import VisibilityOutlined from "@mui/icons-material/VisibilityOutlined";
import {
  Alert,
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  Skeleton,
  TextField,
} from "@mui/material";
import { ErrorState, say } from "@thalamus/sdk/ui";
import { useId, useState } from "react";
import type { PreviewDeidentificationAnswer, StudyRow } from "../../api.gen.ts";
import { NO_FILTER, PreviewFilter, passes } from "./preview-filter.tsx";
import { PreviewTable } from "./preview-table.tsx";
import { usePreview } from "./use-preview.ts";

type PreviewedFile = PreviewDeidentificationAnswer["files"][number];

export interface PreviewDialogProps {
  readonly study: StudyRow;
  readonly onClose: () => void;
}

export function PreviewDialog({ study, onClose }: PreviewDialogProps) {
  const { preview, fault, busy, read, hide } = usePreview(study.id);
  const [place, setPlace] = useState(0);
  const file = preview?.files[Math.min(place, preview.files.length - 1)];
  const isShown = preview?.revealed === true;
  const look = (instance: string) => {
    setPlace(0);
    void read(instance === "" ? {} : { instance: Number(instance) });
  };
  return (
    <Dialog open onClose={onClose} maxWidth="lg" fullWidth aria-labelledby="preview-title">
      <DialogTitle id="preview-title">{say("What de-identification does")}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2, alignContent: "start", minHeight: 420 }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5, pt: 1 }}>
          {preview && preview.files.length > 0 && (
            <FileChoice files={preview.files} place={place} onChoose={setPlace} />
          )}
          <ImageNumber count={study.instanceCount} isDicom={study.format === "dicom"} onLook={look} />
          <Box sx={{ flex: 1 }} />
          <Button
            size="small"
            variant="outlined"
            disabled={!preview}
            loading={busy}
            startIcon={isShown ? <VisibilityOffOutlined /> : <VisibilityOutlined />}
            onClick={() => (isShown ? hide() : void read({ reveal: true }))}
          >
            {isShown ? say("Hide values") : say("Reveal values")}
          </Button>
        </Box>
        {isShown && (
          <Alert severity="warning" role="status">
            {say("Values of the patient are shown for a minute. The journal has who looked.")}
          </Alert>
        )}
        {fault !== undefined && (
          <ErrorState
            title={say("The preview could not be made")}
            error={fault}
            onRetry={() => void read({})}
          />
        )}
        {!preview && fault === undefined && (
          <Skeleton variant="rounded" height={260} aria-label={say("Loading")} />
        )}
        {file && <Elements key={file.instance} file={file} isShown={isShown} />}
        {preview && preview.moreSeries > 0 && (
          <Box sx={{ color: "text.secondary" }}>
            {say(
              "%{count} more series; an image of it can be chosen by its number. |||| %{count} more series; an image of them can be chosen by its number.",
              {
                count: preview.moreSeries,
              },
            )}
          </Box>
        )}
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2 }}>
        <Button onClick={onClose}>{say("Close")}</Button>
      </DialogActions>
    </Dialog>
  );
}

function Elements({ file, isShown }: { file: PreviewedFile; isShown: boolean }) {
  const [filter, setFilter] = useState(NO_FILTER);
  const shown = file.elements.filter((element) => passes(element, filter));
  return (
    <>
      <PreviewFilter elements={file.elements} filter={filter} onFilter={setFilter} />
      <Box role="status" sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
        {say("%{shown} of %{all} elements, %{changed} of them changed", {
          shown: shown.length,
          all: file.elements.length,
          changed: shown.filter(({ changed }) => changed).length,
        })}
      </Box>
      <PreviewTable elements={shown} isShown={isShown} />
    </>
  );
}

/** Files of a NIfTI study have no names here: those they came with may hold a patient's. */
function nameOf({ role, series, instance, modality }: PreviewedFile): string {
  switch (role) {
    case "image":
      return say("NIfTI volume %{number}", { number: series });
    case "bval":
      return say("b values of volume %{number}", { number: series });
    case "bvec":
      return say("Directions of volume %{number}", { number: series });
    case "sidecar":
      return say("Sidecar JSON of volume %{number}", { number: series });
    case "dicom":
      return say("Series %{series}, image %{instance}%{value}", {
        series,
        instance,
        value: modality === "" ? "" : ` (${modality})`,
      });
  }
}

interface FileChoiceProps {
  readonly files: readonly PreviewedFile[];
  readonly place: number;
  readonly onChoose: (place: number) => void;
}

function FileChoice({ files, place, onChoose }: FileChoiceProps) {
  const id = useId();
  return (
    <TextField
      select
      id={id}
      size="small"
      label={files[0]?.role === "dicom" ? say("Image") : say("File")}
      value={Math.min(place, files.length - 1)}
      onChange={(event) => onChoose(Number(event.target.value))}
      sx={{ minWidth: 220 }}
    >
      {files.map((file, index) => (
        <MenuItem key={file.instance} value={index}>
          {nameOf(file)}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface ImageNumberProps {
  readonly count: number;
  readonly isDicom: boolean;
  readonly onLook: (instance: string) => void;
}

function ImageNumber({ count, isDicom, onLook }: ImageNumberProps) {
  const [number, setNumber] = useState("");
  const isThere =
    number === "" || (/^\d{1,6}$/.test(number) && Number(number) >= 1 && Number(number) <= count);
  return (
    <Box
      component="form"
      sx={{ display: "flex", gap: 1 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (isThere) onLook(number);
      }}
    >
      <TextField
        size="small"
        label={
          isDicom
            ? say("Image number, 1 to %{count}", { count })
            : say("File number, 1 to %{count}", { count })
        }
        value={number}
        onChange={(event) => setNumber(event.target.value.trim())}
        error={!isThere}
        slotProps={{ htmlInput: { inputMode: "numeric", autoComplete: "off" } }}
        sx={{ width: 190 }}
      />
      <Button type="submit" size="small" disabled={!isThere}>
        {say("Look")}
      </Button>
    </Box>
  );
}
