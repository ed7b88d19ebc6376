// the study contains a diffusion series that a tensor can be computed from.
import type { CheckLine } from "@thalamus/sdk";
import { DIFFUSION } from "./rules.ts";
import type { Series } from "./series.ts";
import type { QcSettings } from "./settings.ts";

/** What one series has to offer. */
interface DiffusionContent {
  readonly series: Series;
  readonly directions: number;
  readonly hasB0: boolean;
  readonly isWeighted: boolean;
}

export function checkDiffusion(series: readonly Series[], settings: QcSettings): CheckLine {
  const line = {
    id: "A-302",
    title: "DTI/DWI detection",
    wanted: `A series with b = 0 and at least ${settings.minDirections} diffusion directions`,
  };
  const contents = series.filter(({ isMr }) => isMr).map(contentOf);
  const suitable = contents.filter(({ hasB0, directions }) => hasB0 && directions >= settings.minDirections);
  if (suitable.length > 0) {
    return { ...line, verdict: "pass", found: suitable.map(describe).join("; ") };
  }
  const weighted = contents.filter(({ isWeighted }) => isWeighted);
  if (weighted.length > 0) {
    const howToFix = "Send the original diffusion series with all its volumes, not only the maps made of it.";
    return { ...line, verdict: "fail", found: weighted.map(describe).join("; "), howToFix };
  }
  const howToFix =
    "Send the diffusion series. If it is there, an archive may have removed the private attributes " +
    "that carry b values and directions.";
  return { ...line, verdict: "fail", found: "No image with a diffusion weighting", howToFix };
}

const describe = ({ series, directions, hasB0 }: DiffusionContent): string =>
  `${series.label}: ${hasB0 ? "b = 0" : "no b = 0"}, ${directions} direction${directions === 1 ? "" : "s"}`;

function contentOf(series: Series): DiffusionContent {
  const weightings = series.images.flatMap(({ diffusion }) => diffusion.weightings);
  const strong = weightings.filter(({ b }) => b >= DIFFUSION.weightedMin);
  const measured = distinctDirections(strong.flatMap(({ direction }) => (direction ? [direction] : [])));
  const stated = Math.max(0, ...series.images.map(({ diffusion }) => diffusion.statedDirections));
  return {
    series,
    directions: measured > 0 ? measured : strong.length > 0 ? stated : 0,
    hasB0: weightings.some(({ b }) => b <= DIFFUSION.b0Max),
    isWeighted: strong.length > 0,
  };
}

/** Opposite directions measure the same, so they count once. */
function distinctDirections(directions: readonly (readonly number[])[]): number {
  const sameCosine = Math.cos((DIFFUSION.sameDirection * Math.PI) / 180);
  const kept: (readonly number[])[] = [];
  const seen = new Set<string>();
  for (const direction of directions) {
    // Every slice of a volume says the same; comparing texts is cheaper than comparing angles.
    const text = direction.join();
    if (seen.has(text)) continue;
    seen.add(text);
    if (!kept.some((other) => Math.abs(cosine(direction, other)) > sameCosine)) kept.push(direction);
  }
  return kept.length;
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
  return dot / (Math.hypot(a[0]!, a[1]!, a[2]!) * Math.hypot(b[0]!, b[1]!, b[2]!));
}
