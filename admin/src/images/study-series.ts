// The series of a study as a viewer shows them; their descriptions may name a patient and are not told.
import { phrase, say } from "@thalamus/sdk/ui";
import type { ViewerSeries, WindowPreset } from "@thalamus/sdk/ui/viewer";
import type { ListImagesAnswer, ListSeriesAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { imagesWords } from "../studies/count-words.ts";

export type SeriesRow = ListSeriesAnswer["data"][number];

export const useStudySeries = (studyId: string) =>
  useReading<ListSeriesAnswer>("study-series", `/api/studies/${studyId}/series`);

/** By their places in the study, as in the report of the quality checks. */
export const seriesTitle = (place: number, { modality }: SeriesRow): string =>
  say("Series %{number}", { number: place + 1 }) + (modality === "" ? "" : `, ${modality}`);

export const thumbnailAddress = (studyId: string, { id }: SeriesRow, size: number): string =>
  `/api/studies/${studyId}/series/${id}/thumbnail?size=${size}`;

/** Those that have pictures. */
export const viewerSeries = (studyId: string, rows: readonly SeriesRow[]): ViewerSeries[] =>
  rows.flatMap((row, place) => {
    if (!row.pictures) return [];
    const thumbnail = thumbnailAddress(studyId, row, 128);
    return [{ id: row.id, title: seriesTitle(place, row), note: imagesWords(row.images), thumbnail }];
  });

/** One for each frame, in the order of the images. */
export const framePaths = (studyId: string, { images }: ListImagesAnswer): string[] =>
  images.flatMap(({ id, frames }) =>
    Array.from(
      { length: frames },
      (_, index) => `/api/studies/${studyId}/instances/${id}/frames/${index + 1}/rendered`,
    ),
  );

/** The image that a frame of the series belongs to. */
export function imageOfFrame({ images }: ListImagesAnswer, frame: number): string | undefined {
  let before = 0;
  for (const { id, frames } of images) {
    before += frames;
    if (frame < before) return id;
  }
  return undefined;
}

/** In Hounsfield units; other modalities have no values that mean the same everywhere. */
export const CT_WINDOWS: readonly WindowPreset[] = [
  { title: phrase("Brain"), center: 40, width: 80 },
  { title: phrase("Soft tissue"), center: 50, width: 400 },
  { title: phrase("Bone"), center: 480, width: 2500 },
  { title: phrase("Lung"), center: -600, width: 1500 },
];
