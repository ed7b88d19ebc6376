// Sums up the diffusion weighting of a series: volumes at b = 0, shells, distinct directions.

/** The weighting of one image, frame or volume. */
export interface Weighting {
  /** s/mm2 */
  readonly b: number;
  /** Not necessarily of unit length; undefined when there is none. */
  readonly direction: readonly number[] | undefined;
}

export interface Shell {
  /** s/mm2, the mean of its volumes. */
  readonly b: number;
  readonly volumes: number;
  readonly directions: number;
}

export interface GradientSummary {
  readonly b0Volumes: number;
  /** Ascending by b value. */
  readonly shells: readonly Shell[];
  /** Distinct directions of all shells; opposite ones measure the same and count once. */
  readonly directions: number;
}

/** s/mm2; scanners write small values for the volume without weighting. */
const B0_MAX = 50;
/** s/mm2; a direction counts from here on. */
const WEIGHTED_MIN = 100;
/** s/mm2; b values that follow each other more closely are one shell: scanners state what each gradient really gave. */
const SHELL_GAP = 100;
/** Degrees; closer directions, also opposite ones, are the same. */
const SAME_DIRECTION = 2;
const SAME_COSINE = Math.cos((SAME_DIRECTION * Math.PI) / 180);

/** @param imagesPerVolume slices, where every image is one; 1 where an image holds a whole volume */
export function summarizeGradients(weightings: readonly Weighting[], imagesPerVolume = 1): GradientSummary {
  const volumes = (images: number) => (images === 0 ? 0 : Math.max(1, Math.round(images / imagesPerVolume)));
  const weighted = weightings.filter(({ b }) => b >= WEIGHTED_MIN).toSorted((one, other) => one.b - other.b);
  return {
    b0Volumes: volumes(weightings.filter(({ b }) => b <= B0_MAX).length),
    shells: shellsOf(weighted).map((shell) => ({
      b: Math.round(shell.reduce((sum, { b }) => sum + b, 0) / shell.length),
      volumes: volumes(shell.length),
      directions: distinctDirections(shell),
    })),
    directions: distinctDirections(weighted),
  };
}

/** @param ascending by b value */
function shellsOf(ascending: readonly Weighting[]): Weighting[][] {
  const shells: Weighting[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const weighting of ascending) {
    if (weighting.b - last > SHELL_GAP) shells.push([]);
    shells.at(-1)!.push(weighting);
    last = weighting.b;
  }
  return shells;
}

function distinctDirections(weightings: readonly Weighting[]): number {
  const kept: (readonly number[])[] = [];
  const seen = new Set<string>();
  for (const { direction } of weightings) {
    if (!direction) continue;
    // every slice of a volume says the same; comparing texts is cheaper than comparing angles
    const text = direction.join();
    if (seen.has(text)) continue;
    seen.add(text);
    if (!kept.some((other) => Math.abs(cosine(direction, other)) > SAME_COSINE)) kept.push(direction);
  }
  return kept.length;
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
  return dot / (Math.hypot(a[0]!, a[1]!, a[2]!) * Math.hypot(b[0]!, b[1]!, b[2]!));
}

/** Three numbers that point somewhere; undefined for fewer, for zero and for what is no number. */
export function vectorOf(values: readonly number[]): readonly number[] | undefined {
  const [x, y, z] = values;
  if (x === undefined || y === undefined || z === undefined) return undefined;
  return Math.hypot(x, y, z) > 1e-6 ? [x, y, z] : undefined;
}

/** `2 volumes at b = 0, 30 at b = 1000 (30 directions), 60 at b = 2000 (60 directions)` */
export function gradientWords({ b0Volumes, shells }: GradientSummary): string {
  const volumes = (n: number) => `${n} volume${n === 1 ? "" : "s"}`;
  const none = b0Volumes === 0 ? "no volume at b = 0" : `${volumes(b0Volumes)} at b = 0`;
  const weighted = shells.map(({ b, volumes: n, directions }) => {
    return `${n} at b = ${b} (${directions} direction${directions === 1 ? "" : "s"})`;
  });
  return [none, ...weighted].join(", ");
}
