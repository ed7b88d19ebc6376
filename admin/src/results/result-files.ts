// Addresses and titles of the files of a result.
import { phrase, say } from "@thalamus/sdk/ui";
import type { ArtifactRow, ResultRow } from "../api.gen.ts";

/** Artifact names may hold slashes (`maps/FA`), which stay slashes in the address. */
export function fileAddress(result: Pick<ResultRow, "id">, name: string, download = false): string {
  const path = name.split("/").map(encodeURIComponent).join("/");
  return `/api/results/${result.id}/files/${path}${download ? "?download=true" : ""}`;
}

const TITLES: Readonly<Record<string, string>> = {
  report: phrase("Report"),
  preview: phrase("Report as a picture"),
  summary: phrase("Summary"),
  data: phrase("All values"),
  xml: phrase("All values as XML"),
  features: phrase("Feature vector"),
};

const FORMATS: Readonly<Record<string, string>> = {
  "application/pdf": "PDF",
  "image/png": "PNG",
  "text/plain": "TXT",
  "application/json": "JSON",
  "application/xml": "XML",
  "text/csv": "CSV",
};

export const fileTitle = ({ name }: ArtifactRow): string =>
  TITLES[name] !== undefined
    ? say(TITLES[name])
    : name.startsWith("maps/")
      ? say("Map %{name}", { name: name.slice("maps/".length) })
      : name;

export const fileFormat = ({ mediaType, fileName }: ArtifactRow): string =>
  FORMATS[mediaType.split(";")[0] ?? ""] ?? fileName.slice(fileName.indexOf(".") + 1).toUpperCase();

export const findFile = (
  { artifacts }: ResultRow,
  name: string,
  mediaType: string,
): ArtifactRow | undefined =>
  artifacts.find((one) => one.name === name && one.mediaType.startsWith(mediaType));
