// Judges the pixels of a file and, where they are masked, keeps it open for what is written in their place.
import type { CheckLine } from "@thalamus/sdk";
import {
  type DatasetView,
  type FileHeader,
  type FileSource,
  findPixelData,
  openSource,
  type PixelDataPlace,
  readHeader,
  Tag,
  TruncatedDataset,
} from "@thalamus/sdk/dicom";
import { Permanent } from "@thalamus/sdk/errors";
import { blankStreamText } from "./blanked-fragments.ts";
import { judgePixels } from "./judge-pixels.ts";
import { type MaskedPixelData, openMaskedPixelData } from "./masked-pixel-data.ts";
import { bypassedLine, failLine } from "./pixel-lines.ts";
import type { PixelRules } from "./pixel-rule-settings.ts";
import { isPresent } from "./pixel-tags.ts";

/** PixelDataProviderURL (0028,7FE0): the pixels stay with the sender. */
const PIXEL_DATA_PROVIDER_URL = 0x00287fe0;
/** Images of scanners, classic and enhanced, CT, MR and PET: without pixels there is nothing in them. */
const ALWAYS_PIXELS: ReadonlySet<string> = new Set(
  ["2", "2.1", "2.2", "4", "4.1", "4.3", "4.4", "128", "128.1", "130"].map(
    (last) => `1.2.840.10008.5.1.4.1.1.${last}`,
  ),
);

/** What the pass over a study needs to know of one object. */
export interface JudgedFile {
  /** Of the top level, without what follows the pixel data. */
  readonly header: DatasetView;
  /** A person has to look at it first. */
  readonly held: boolean;
  readonly lines: readonly CheckLine[];
  /** What is written instead of the pixel data: masked, or with blanks for text in its compressed frames. */
  readonly replaced?: MaskedPixelData & {
    /** What asked for it: `pixel rule 2`, `hidden overlay`, `text in compressed frames`. */
    readonly rule: string;
    /** Whether regions were made black, so that BurnedInAnnotation (0028,0301) becomes NO. */
    readonly cleansPicture: boolean;
  };
  /** Closes the file that `replaced` reads from; there only with it. */
  close?(): Promise<void>;
}

/**
 * @param path absolute, of a PS3.10 file
 * @param rules checked by `checkPixelRules`
 * @param released `TransformStep.released`
 * @throws MalformedDataset or TruncatedDataset when it cannot be read
 * @throws Permanent `deid-safeharbor.mask-failed` when a mask is wanted and the pixels turn out not to allow it
 */
export async function judgeFile(
  path: string,
  rules: PixelRules,
  released: readonly string[] = [],
): Promise<JudgedFile> {
  const file = openSource(path);
  try {
    const judged = await judgeSource(file, rules, released);
    if (judged.replaced) return { ...judged, close: async () => file.close() };
    file.close();
    return judged;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The same of a file that is open already, and stays open until `replaced` is written. */
export async function judgeSource(
  file: FileSource,
  rules: PixelRules,
  released: readonly string[] = [],
): Promise<JudgedFile> {
  const header = await readHeader(file);
  const place = await findPixelData(file, header);
  const sopClassUid = sopClassUidOf(header);
  if (!place && !header.hasPixelData) refuseMissing(header, sopClassUid);
  const pixelBytes = place && !place.encapsulated ? place.value.to - place.value.from : undefined;
  const verdict = judgePixels(header, sopClassUid, rules, { released, pixelBytes });
  const { lines } = verdict;
  const { dataset } = header;
  if (verdict.kind === "hold") return { header: dataset, held: true, lines };
  if (verdict.kind === "pass")
    return place
      ? await judgeStreams(file, header, place, lines, released)
      : { header: dataset, held: false, lines };
  if (!place && !header.hasPixelData) return { header: dataset, held: false, lines };
  if (!place)
    throw new Permanent(
      "deid-safeharbor.mask-failed",
      "The pixel data of a picture to be masked was not found",
    );
  const masked = await openMaskedPixelData(file, header, place, verdict.mask);
  const { rule, mask } = verdict;
  return {
    header: dataset,
    held: false,
    lines,
    replaced: { ...masked, rule, cleansPicture: mask.regions.length > 0 },
  };
}

/** What passes as it is may still carry text inside of its compressed frames. */
async function judgeStreams(
  file: FileSource,
  header: FileHeader,
  place: PixelDataPlace,
  lines: readonly CheckLine[],
  released: readonly string[],
): Promise<JudgedFile> {
  const text = await blankStreamText(file, header, place);
  const { dataset } = header;
  if (text.kind === "none") return { header: dataset, held: false, lines };
  if (text.kind === "blanked") {
    return {
      header: dataset,
      held: false,
      lines,
      replaced: { ...text.pixels, rule: "text in compressed frames", cleansPicture: false },
    };
  }
  const finding = { id: "deid.stream-text", found: "a frame is no stream of its transfer syntax" } as const;
  const letPass = released.includes(finding.id);
  const line = letPass ? bypassedLine(finding, "released by a person") : failLine(finding);
  return { header: dataset, held: !letPass, lines: [...lines, line] };
}

/**
 * A file that was cut exactly between two elements reads like a whole one, but for the pixels that an image has.
 * @throws TruncatedDataset
 */
function refuseMissing(header: FileHeader, sopClassUid: string): void {
  const { dataset } = header;
  const isPicture = [Tag.Rows, Tag.Columns, Tag.BitsAllocated].every((tag) => dataset.has(tag));
  const isElsewhere = isPresent(header, PIXEL_DATA_PROVIDER_URL);
  if (isElsewhere || (!isPicture && !ALWAYS_PIXELS.has(sopClassUid))) return;
  throw new TruncatedDataset("the pixel data of an image is missing");
}

const sopClassUidOf = ({ meta, dataset }: FileHeader): string =>
  meta.ascii(Tag.MediaStorageSOPClassUID) || dataset.ascii(Tag.SOPClassUID) || "";
