// Writes a gradient table anew: its numbers and rows, without a comment or any other word.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { ElementChange } from "../elements/element-change.ts";
import { TargetWriter } from "../elements/target-writer.ts";
import type { CopiedPart } from "./copy-image.ts";
import { UnreadableNifti } from "./unreadable-nifti.ts";

/** A table of a thousand volumes takes some 30 KB. */
const LARGEST = 4_000_000;
/** What some programs write for the direction of a volume without weighting. */
const NO_NUMBER = /^[+-]?nan$/i;
const COMMENT = /#.*$/gm;

export interface CleanTable {
  readonly text: string;
  readonly changes: readonly ElementChange[];
}

/** @throws UnreadableNifti */
export async function copyTable(source: string, target: string, flushed: boolean): Promise<CopiedPart> {
  const bytes = await tableBytes(source);
  const { text, changes } = cleanTable(bytes.toString("utf8"));
  const written = await writeSmall(target, text, flushed);
  return { sourceSha256: sha256Of(bytes), ...written, changes };
}

/** @throws UnreadableNifti */
export async function tableBytes(path: string): Promise<Buffer> {
  if ((await stat(path)).size > LARGEST) throw new UnreadableNifti("it is larger than any gradient table");
  return readFile(path);
}

/** @throws UnreadableNifti when anything but comments is no number */
export function cleanTable(written: string): CleanTable {
  const numbers = written.replace(/^\uFEFF/, "").replace(COMMENT, "");
  const rows = numbers.split(/\r\n|\r|\n/).map((row) => row.split(/[\s,]+/).filter(Boolean));
  const filled = rows.filter((row) => row.length > 0);
  const text = filled.map((row) => `${row.map(numberIn).join(" ")}\n`).join("");
  const hasComment = numbers !== written;
  return { text, changes: hasComment ? [{ path: "comments", action: "remove", rule: "nifti.table" }] : [] };
}

/** As short as it can be told from all other numbers: digits beyond could say something else. */
function numberIn(token: string): string {
  if (NO_NUMBER.test(token)) return "NaN";
  const value = Number(token);
  if (!Number.isFinite(value)) throw new UnreadableNifti("its gradient table holds more than numbers");
  return String(value);
}

/** Of text that fits into memory. */
export async function writeSmall(
  target: string,
  text: string,
  flushed: boolean,
): Promise<Pick<CopiedPart, "outputSha256" | "bytes">> {
  const writer = new TargetWriter(target);
  try {
    writer.write(Buffer.from(text));
    const outputSha256 = await writer.finish(flushed);
    return { outputSha256, bytes: writer.bytes };
  } catch (error) {
    writer.discard();
    throw error;
  }
}

export const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
