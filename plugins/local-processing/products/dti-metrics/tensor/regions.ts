// Sorts voxels into classes by thresholds on FA and MD. They are tissue-like classes, not anatomy.
import type { TensorMaps } from "./tensor-maps.ts";

/** Order and ids are part of the report's format: the DICOM SR and the feature CSV are built from them. */
export interface RegionClass {
  id: "brain" | "wmLike" | "coreWm" | "nonWm" | "csfLike";
  name: string;
  /** The rule in words, with MD in um2/ms. */
  rule: string;
  holds: (fa: number, md: number) => boolean;
}

export const REGION_CLASSES: readonly RegionClass[] = [
  { id: "brain", name: "Whole mask", rule: "mask eroded by one voxel", holds: () => true },
  {
    id: "wmLike",
    name: "White-matter-like",
    rule: "FA 0.25 or more, MD 0.4 to 1.2",
    holds: (fa, md) => fa >= 0.25 && md >= 0.4 && md <= 1.2,
  },
  {
    id: "coreWm",
    name: "Core white-matter-like",
    rule: "FA 0.45 or more, MD 0.4 to 1.0",
    holds: (fa, md) => fa >= 0.45 && md >= 0.4 && md <= 1.0,
  },
  {
    id: "nonWm",
    name: "Other tissue-like",
    rule: "FA below 0.25, MD below 1.2",
    holds: (fa, md) => fa < 0.25 && md < 1.2,
  },
  {
    id: "csfLike",
    name: "CSF-like",
    rule: "FA below 0.25, MD 2.0 or more",
    holds: (fa, md) => fa < 0.25 && md >= 2,
  },
];

export interface Region extends RegionClass {
  voxels: Int32Array;
}

/** FA above 1 or an MD outside 0.05-4 um2/ms comes from noise; such voxels belong to no class. */
const isPhysical = (fa: number, md: number) => fa <= 1 && md > 0.05 && md < 4;

/** The classes with their voxels. @param interior the mask eroded by one voxel */
export function findRegions(maps: TensorMaps, interior: Int32Array): Region[] {
  const physical = interior.filter((i) => isPhysical(maps.FA[i]!, maps.MD[i]!));
  return REGION_CLASSES.map((region) => ({
    ...region,
    voxels: physical.filter((i) => region.holds(maps.FA[i]!, maps.MD[i]!)),
  }));
}
