// What is said of products and of changes of their images.
import { say } from "@thalamus/sdk/ui";
import type { ProductInfo } from "../api.gen.ts";

const IMAGE = /^[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}$/;

/** Only a digest names one image for good. */
export const isImageName = (text: string): boolean => IMAGE.test(text.trim());

/** `registry.example.org/dti@sha256:0123456789ab…`: enough to tell two apart. */
export function shortImage(image: string): string {
  const [name = "", digest = ""] = image.split("@");
  return `${name}@${digest.slice(0, "sha256:".length + 12)}…`;
}

/** `research-only` is `research only`. */
export const intendedUseWords = (intendedUse: string): string => intendedUse.replaceAll("-", " ");

export function changeWords({ kind, state, stage, progress }: NonNullable<ProductInfo["change"]>): string {
  const what = kind === "update" ? say("Update") : say("Rollback");
  if (state === "done") return say("%{what} done", { what });
  if (state === "failed") return say("%{what} failed", { what });
  return `${what}: ${stage || say("begins")}, ${Math.floor(progress * 100)} %`;
}
