// What becomes of one file of a NIfTI study, field by field, told by the rules that make the copy; nothing is written.
import { type ElementPreview, Phi, type ReceivedStudy, type StoredInstance } from "@thalamus/sdk";
import { MalformedDataset } from "@thalamus/sdk/dicom";
import type { StudyContext } from "../elements/study-context.ts";
import { failureOf } from "../study-failure.ts";
import { type CleanedField, cleanFields } from "./clean-sidecar.ts";
import { cleanTable, tableBytes } from "./copy-table.ts";
import { imageBytes, packingOf } from "./image-bytes.ts";
import { cleanHeader, FIRST_VOXEL, type ImageHeader } from "./image-header.ts";
import { readSidecarFile } from "./sidecar-file.ts";
import { learnFrom } from "./study-facts.ts";
import { UnreadableNifti } from "./unreadable-nifti.ts";

const LONGEST_SHOWN = 400;

/** @throws Permanent or Transient, with no value in the message */
export async function previewNifti(
  study: ReceivedStudy,
  instance: StoredInstance,
  context: StudyContext,
  signal: AbortSignal,
): Promise<readonly ElementPreview[]> {
  try {
    if (instance.role === "image") return await imageRows(instance.path, signal);
    if (instance.role !== "sidecar") return await tableRows(instance.path, instance.role);
    const instances = await study.instances();
    const sidecars = instances.filter(({ role }) => role === "sidecar");
    const read = await Promise.all(sidecars.map(({ path }) => readSidecarFile(path)));
    const facts = learnFrom(
      read.map(({ values }) => values),
      study.identity.reveal(),
      context,
    );
    const { values } = await readSidecarFile(instance.path);
    return sidecarRows(cleanFields(values, facts, context));
  } catch (error) {
    if (error instanceof UnreadableNifti)
      throw failureOf(new MalformedDataset(error.message), "the file", signal);
    throw failureOf(error, "the file", signal);
  }
}

async function imageRows(path: string, signal: AbortSignal): Promise<ElementPreview[]> {
  const packing = await packingOf(path);
  let head = Buffer.alloc(0);
  for await (const chunk of imageBytes(path, packing, signal)) {
    head = Buffer.concat([head, chunk]);
    if (head.length >= FIRST_VOXEL) break;
  }
  const header = cleanHeader(head);
  return [...fieldRows(header), ...boundRows(header, packing.tellsMore)];
}

const fieldRows = ({ cleared }: ImageHeader): ElementPreview[] =>
  cleared.map(({ name, value }) => {
    const text = value.toString("latin1").replaceAll("\0", " ").trim();
    return row({
      path: name,
      keyword: "header",
      vr: "text",
      action: "empty",
      rule: "nifti.text",
      before: text,
      after: "",
    });
  });

function boundRows({ extensionBytes, voxelBytes }: ImageHeader, tellsMore: boolean): ElementPreview[] {
  const extensions = {
    path: "extensions",
    keyword: "image",
    vr: "bytes",
    action: "remove",
    rule: "nifti.extension",
  };
  const gzip = { path: "gzip header", keyword: "image", vr: "bytes", action: "empty", rule: "nifti.gzip" };
  const voxels = { path: "voxels", keyword: "image", vr: "bytes", action: "keep", rule: "nifti.voxels" };
  const size = sizeOf(voxelBytes);
  return [
    ...(extensionBytes > 0 ? [row({ ...extensions, before: sizeOf(extensionBytes) })] : []),
    ...(tellsMore ? [row(gzip)] : []),
    row({ ...voxels, before: size, after: size }),
  ];
}

async function tableRows(path: string, role: string): Promise<ElementPreview[]> {
  const { text, changes } = cleanTable((await tableBytes(path)).toString("utf8"));
  const numbers = text.split(/\s+/).filter(Boolean).length;
  const kept = { path: role, keyword: "table", vr: "numbers", action: "keep", rule: "nifti.table" };
  const rows = [row({ ...kept, before: `${numbers} numbers`, after: `${numbers} numbers` })];
  if (changes.length > 0)
    rows.push(row({ path: "comments", keyword: "table", vr: "text", action: "remove", rule: "nifti.table" }));
  return rows;
}

/** The name of a field that nobody knows may say who it is of, so it is shown with the value only. */
const sidecarRows = (fields: readonly CleanedField[]): ElementPreview[] =>
  fields.map(({ key, listed, action, rule, before, after }, index) => {
    const shown = listed ? shownValue(before) : `${key}: ${shownValue(before)}`;
    const path = listed ? key : `other field ${index + 1}`;
    return row({
      path,
      keyword: "sidecar",
      vr: typeof before,
      action,
      rule,
      before: shown,
      after: shownValue(after),
    });
  });

const shownValue = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}… (${text.length} characters)` : text;
};

interface Row {
  readonly path: string;
  /** Where it stands. */
  readonly keyword: string;
  readonly vr: string;
  readonly action: string;
  readonly rule: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

const row = ({ before, after, ...told }: Row): ElementPreview => ({
  ...told,
  changed: told.action !== "keep",
  before: boxed(before),
  after: boxed(after),
});

const boxed = (text: string | undefined): Phi<string> | undefined =>
  text === undefined ? undefined : new Phi(text);
const sizeOf = (bytes: number): string => (bytes === 1 ? "1 byte" : `${bytes} bytes`);
