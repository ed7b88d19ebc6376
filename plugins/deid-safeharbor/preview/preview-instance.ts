// What becomes of every element of one instance, told by the very pass that makes the copy; nothing is written.
import { type ElementPreview, Phi } from "@thalamus/sdk";
import { keywordOf } from "@thalamus/sdk/dicom/dictionary";
import { watchFile } from "../elements/deidentify-file.ts";
import type { ElementWatch, WatchedElement, WatchedValue } from "../elements/element-watch.ts";
import type { StudyContext } from "../elements/study-context.ts";
import { judgeFile } from "../pixels/judge-file.ts";
import { failureOf } from "../study-failure.ts";
import { shownValue } from "./shown-value.ts";

const PIXEL_GROUP = 0x7fe0;

/**
 * @param path absolute, of a PS3.10 file
 * @returns in the order of the data set, items of sequences after their sequence; a sequence that goes whole is one line
 * @throws Permanent or Transient, with no value in the message
 */
export async function previewInstance(
  path: string,
  context: StudyContext,
  signal: AbortSignal,
): Promise<readonly ElementPreview[]> {
  try {
    const judged = await judgeFile(path, context.settings.pixelRules);
    try {
      const seen = new SeenElements(
        judged.held ? judged.lines.find(({ verdict }) => verdict === "fail")?.id : undefined,
      );
      await watchFile(path, seen, context, signal, judged.replaced);
      return seen.elements;
    } finally {
      await judged.close?.();
    }
  } catch (error) {
    throw failureOf(error, "the file", signal);
  }
}

class SeenElements implements ElementWatch {
  readonly #heldBy: string | undefined;
  elements: ElementPreview[] = [];

  /** @param heldBy the line that keeps the pixels from going out before a person has looked */
  constructor(heldBy: string | undefined) {
    this.#heldBy = heldBy;
  }

  restart(): void {
    this.elements = [];
  }

  see(element: WatchedElement): void {
    const { path, tag, vr, before, after } = element;
    const heldBy = tag >>> 16 === PIXEL_GROUP ? this.#heldBy : undefined;
    this.elements.push({
      ...{ path, keyword: keywordOf(tag) ?? "", vr: vr || "UN" },
      action: heldBy === undefined ? element.action : "hold",
      rule: heldBy ?? element.rule,
      changed: isChanged(element),
      before: boxed(shownValue(before, element)),
      after: boxed(shownValue(after, element)),
    });
  }
}

/** By the bytes: a value of the same size may be another one. */
function isChanged({ before, after, action, hasItems }: WatchedElement): boolean {
  if (hasItems || before === after) return action === "add" || (isReplaced(before) && action === "clean");
  return !sameText(before, after);
}

/** Pixels are never in memory: that they were masked, only their rule tells. */
const isReplaced = (value: WatchedValue | undefined): boolean =>
  value !== undefined && !Buffer.isBuffer(value);

/** Padding is no change. */
function sameText(before: WatchedValue | undefined, after: WatchedValue | undefined): boolean {
  if (!Buffer.isBuffer(before) || !Buffer.isBuffer(after)) return false;
  const bare = (value: Buffer) => value.toString("latin1").replace(/[\0 ]+$/, "");
  return bare(before) === bare(after);
}

const boxed = (text: string | undefined): Phi<string> | undefined =>
  text === undefined ? undefined : new Phi(text);
