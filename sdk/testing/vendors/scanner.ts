// What differs between scanners: the equipment, how an image says its weighting, and how images are put into files.
import type { Dataset, FileDataset } from "../../dicom/index.ts";
import type { PhantomSlice } from "../dwi-headers.ts";
import type { PhantomGeometry } from "../phantom-geometry.ts";

export interface Scanner {
  /** Manufacturer (0008,0070) and what else the vendor writes into every image. */
  readonly equipment: Dataset;
  /** The mean over the directions of a shell is in the series, too. */
  readonly meanVolumes?: boolean;
  /** The b value that acts when this one is asked for; the same when it is left out. */
  effectiveB?(b: number): number;
  diffusion(image: PhantomSlice, geometry: PhantomGeometry): Dataset;
  /** The files of one volume, made of the data sets of its slices; one for each slice when it is left out. */
  pack?(slices: readonly FileDataset[], volume: number, geometry: PhantomGeometry): readonly FileDataset[];
}
