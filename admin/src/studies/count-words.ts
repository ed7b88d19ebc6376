// How many images and series there are, in words.
import { say } from "@thalamus/sdk/ui";

export const imagesWords = (count: number): string => say("%{count} image |||| %{count} images", { count });

/** English has one form, other languages have more. */
export const seriesWords = (count: number): string => say("%{count} series |||| %{count} series", { count });
