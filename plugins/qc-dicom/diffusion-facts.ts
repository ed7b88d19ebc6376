// Finds the diffusion weighting of an image: standard attributes, functional groups, vendors' private ones.
import { type DatasetView, Tag } from "@thalamus/sdk/dicom";
import { DIFFUSION_SOURCES, type DiffusionSource, GE_B_OFFSET, type PrivateAttribute } from "./rules.ts";
import { readCsaDiffusion } from "./siemens-csa.ts";

/** The weighting of one image or frame. */
export interface Weighting {
  /** s/mm2 */
  readonly b: number;
  /** Not necessarily of unit length; undefined when the image has none. */
  readonly direction: readonly number[] | undefined;
}

export interface DiffusionFacts {
  readonly weightings: readonly Weighting[];
  /** What the header says of the whole series, for scanners that write no vectors. */
  readonly statedDirections: number;
}

export function diffusionOf(dataset: DatasetView): DiffusionFacts {
  const frames = dataset.items(Tag.PerFrameFunctionalGroupsSequence);
  if (frames.length > 0) {
    return { weightings: frames.flatMap((frame) => frameWeighting(frame)), statedDirections: 0 };
  }
  for (const source of DIFFUSION_SOURCES) {
    const weighting = weightingBy(source, dataset);
    if (!weighting) continue;
    const complete = weighting.direction ? weighting : (readCsaDiffusion(dataset) ?? weighting);
    return { weightings: [complete], statedDirections: statedDirections(source, dataset) };
  }
  const found = readCsaDiffusion(dataset) ?? readComment(dataset);
  return { weightings: found ? [found] : [], statedDirections: 0 };
}

/** MR Diffusion macro of a frame (PS3.3 C.8.13.5.9). */
function frameWeighting(frame: DatasetView): Weighting[] {
  return frame.items(Tag.MRDiffusionSequence).flatMap((diffusion) => {
    const [b] = diffusion.numbers(Tag.DiffusionBValue);
    const undirected = diffusion.ascii(Tag.DiffusionDirectionality) === "NONE";
    if (b === undefined) return undirected ? [{ b: 0, direction: undefined }] : [];
    const gradient = diffusion.items(Tag.DiffusionGradientDirectionSequence)[0];
    return [{ b, direction: vector(gradient?.numbers(Tag.DiffusionGradientOrientation) ?? []) }];
  });
}

function weightingBy(source: DiffusionSource, dataset: DatasetView): Weighting | undefined {
  const [b] = numbersOf(source.b, dataset);
  if (b === undefined) return undefined;
  const direction = source.direction.flatMap((attribute) => numbersOf(attribute, dataset));
  return { b: b >= GE_B_OFFSET ? b % GE_B_OFFSET : b, direction: vector(direction) };
}

function statedDirections(source: DiffusionSource, dataset: DatasetView): number {
  const [count = 0] = source.directionCount ? numbersOf(source.directionCount, dataset) : [];
  return count;
}

function numbersOf(attribute: PrivateAttribute | number, dataset: DatasetView): number[] {
  if (typeof attribute === "number") return dataset.numbers(attribute);
  for (const creator of attribute.creators) {
    const tag = dataset.privateTag(attribute.group, creator, attribute.low);
    if (tag !== undefined) return dataset.numbers(tag, attribute.vr);
  }
  return [];
}

/** Toshiba and Canon write `b=1500(0.445,0.000,0.895)` into ImageComments (0020,4000). */
function readComment(dataset: DatasetView): Weighting | undefined {
  const comment = dataset.ascii(Tag.ImageComments)?.slice(0, 100) ?? "";
  const found = /^b=(\d+(?:\.\d+)?)(?:\(([-\d.]+),([-\d.]+),([-\d.]+)\))?/.exec(comment);
  if (!found) return undefined;
  return { b: Number(found[1]), direction: found[2] ? vector(found.slice(2, 5).map(Number)) : undefined };
}

function vector(values: readonly number[]): readonly number[] | undefined {
  const [x, y, z] = values;
  if (x === undefined || y === undefined || z === undefined) return undefined;
  return Math.hypot(x, y, z) > 1e-6 ? [x, y, z] : undefined;
}
