// Finds the diffusion weighting of an image: standard attributes, functional groups, vendors' private ones.
import { type DatasetView, Tag } from "@thalamus/sdk/dicom";
import { vectorOf, type Weighting } from "@thalamus/sdk/quality";
import { privateNumbers } from "./private-numbers.ts";
import { readCsa } from "./siemens-csa.ts";
import {
  DIFFUSION_SOURCES,
  type DiffusionSource,
  GE_B_OFFSET,
  type PrivateAttribute,
} from "./vendor-attributes.ts";

export interface DiffusionFacts {
  /** One for each image or frame that says it. */
  readonly weightings: readonly Weighting[];
  /** What the header says of the whole series, for scanners that write no vectors. */
  readonly statedDirections: number;
}

export function diffusionOf(dataset: DatasetView): DiffusionFacts {
  const frames = dataset.items(Tag.PerFrameFunctionalGroupsSequence);
  if (frames.length > 0) {
    const [shared] = dataset.items(Tag.SharedFunctionalGroupsSequence);
    return { weightings: frames.flatMap((frame) => frameWeighting(frame, shared)), statedDirections: 0 };
  }
  return classicFacts(dataset);
}

function classicFacts(dataset: DatasetView): DiffusionFacts {
  for (const source of DIFFUSION_SOURCES) {
    const weighting = weightingBy(source, dataset);
    if (!weighting) continue;
    const complete = weighting.direction ? weighting : (readCsa(dataset).weighting ?? weighting);
    return { weightings: [complete], statedDirections: statedDirections(source, dataset) };
  }
  const found = readCsa(dataset).weighting ?? readComment(dataset);
  return { weightings: found ? [found] : [], statedDirections: 0 };
}

/** MR Diffusion macro (PS3.3 C.8.13.5.9) of a frame, or of all frames; else what a vendor put into the frame. */
function frameWeighting(frame: DatasetView, shared: DatasetView | undefined): Weighting[] {
  const [diffusion] = [frame, shared].flatMap((group) => group?.items(Tag.MRDiffusionSequence) ?? []);
  if (!diffusion) return unassigned(frame);
  const [b] = diffusion.numbers(Tag.DiffusionBValue);
  const undirected = diffusion.ascii(Tag.DiffusionDirectionality) === "NONE";
  if (b === undefined) return undirected ? [{ b: 0, direction: undefined }] : [];
  const [gradient] = diffusion.items(Tag.DiffusionGradientDirectionSequence);
  return [{ b, direction: vectorOf(gradient?.numbers(Tag.DiffusionGradientOrientation) ?? []) }];
}

/** Attributes of the classic image a frame was made of (PS3.3 C.7.6.16.2.26), or Philips' own group for a frame. */
const PHILIPS_FRAME = { group: 0x2005, creator: "Philips MR Imaging DD 005", low: 0x0f } as const;

function unassigned(frame: DatasetView): Weighting[] {
  const { group, creator, low } = PHILIPS_FRAME;
  const own = frame.privateTag(group, creator, low);
  const places = [Tag.UnassignedPerFrameConvertedAttributesSequence, ...(own === undefined ? [] : [own])];
  const found = places.flatMap((tag) => frame.items(tag)).flatMap((one) => classicFacts(one).weightings);
  return found.slice(0, 1);
}

function weightingBy(source: DiffusionSource, dataset: DatasetView): Weighting | undefined {
  const [b] = numbersOf(source.b, dataset);
  if (b === undefined) return undefined;
  const stated = vectorOf(source.direction.flatMap((attribute) => numbersOf(attribute, dataset)));
  const matrix = source.matrix ? privateNumbers(source.matrix, dataset) : [];
  return { b: b >= GE_B_OFFSET ? b % GE_B_OFFSET : b, direction: stated ?? directionOfMatrix(matrix) };
}

/** A b-matrix of one gradient is b times g transposed g: its column with the largest diagonal points along g. */
function directionOfMatrix(matrix: readonly number[]): readonly number[] | undefined {
  if (matrix.length !== 6) return undefined;
  const [xx, xy, xz, yy, yz, zz] = matrix as [number, number, number, number, number, number];
  const largest = Math.max(xx, yy, zz);
  if (largest <= 0) return undefined;
  if (largest === xx) return vectorOf([xx, xy, xz]);
  return largest === yy ? vectorOf([xy, yy, yz]) : vectorOf([xz, yz, zz]);
}

function statedDirections(source: DiffusionSource, dataset: DatasetView): number {
  const [count = 0] = (source.directionCount ?? []).flatMap((one) =>
    privateNumbers(one, dataset).slice(0, 1),
  );
  return count;
}

const numbersOf = (attribute: PrivateAttribute | number, dataset: DatasetView): number[] =>
  typeof attribute === "number" ? dataset.numbers(attribute) : privateNumbers(attribute, dataset);

/** Toshiba and Canon write `b=1500(0.445,0.000,0.895)` into ImageComments (0020,4000). */
function readComment(dataset: DatasetView): Weighting | undefined {
  const comment = dataset.ascii(Tag.ImageComments)?.slice(0, 100) ?? "";
  const found = /^b=(\d+(?:\.\d+)?)(?:\(([-\d.]+),([-\d.]+),([-\d.]+)\))?/.exec(comment);
  if (!found) return undefined;
  return { b: Number(found[1]), direction: found[2] ? vectorOf(found.slice(2, 5).map(Number)) : undefined };
}
