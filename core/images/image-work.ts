// What the thread of images is asked for, and what it answers.
import type { CannotRenderReason, RenderedFrame, RenderOptions } from "@thalamus/sdk/dicom/picture";
import type { ElementList } from "./element-list.ts";
import type { ImageFacts } from "./image-facts.ts";

/** Paths are absolute. */
export interface ImageWork {
  readonly render: { readonly path: string; readonly options: RenderOptions };
  readonly facts: { readonly paths: readonly string[] };
  readonly elements: {
    readonly path: string;
    readonly patient: readonly string[];
    readonly revealed: readonly string[];
  };
}

export interface ImageYield {
  readonly render: RenderedFrame;
  /** Null for what could not be read. */
  readonly facts: readonly (ImageFacts | null)[];
  readonly elements: ElementList;
}

export type ImageTask = {
  [K in keyof ImageWork]: { readonly kind: K; readonly work: ImageWork[K] };
}[keyof ImageWork];

export type RefusalReason = CannotRenderReason | "unreadable";

export type ImageAnswer =
  | { readonly kind: "done"; readonly value: ImageYield[keyof ImageYield] }
  | { readonly kind: "refused"; readonly reason: RefusalReason; readonly message: string }
  | { readonly kind: "bug"; readonly stack: string };
