// Whether a product has the form that a runner needs: a command for processes, an image for containers.
import type { ProductDescription } from "../product-description.ts";
import type { RunnerKind } from "./runner.ts";

/** @returns why not, as a whole sentence */
export function formRefusal(kind: RunnerKind, { command, image }: ProductDescription): string | undefined {
  if (kind === "process") {
    return command
      ? undefined
      : "The product is an image without a command, and this hub runs no containers.";
  }
  return image ? undefined : "The product has no image, and this hub runs products as containers only.";
}
