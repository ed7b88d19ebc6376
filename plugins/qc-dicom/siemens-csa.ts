// Reads b value, direction and mosaic size from the CSA header of older Siemens scanners.
import { csaNumbers, type DatasetView } from "@thalamus/sdk/dicom";
import { vectorOf, type Weighting } from "@thalamus/sdk/quality";

export interface CsaFacts {
  readonly weighting: Weighting | undefined;
  /** Slices in the one image of a mosaic. */
  readonly slicesInMosaic: number | undefined;
}

const WANTED = new Set(["B_value", "DiffusionGradientDirection", "NumberOfImagesInMosaic"]);

export function readCsa(dataset: DatasetView): CsaFacts {
  const fields = csaNumbers(dataset, WANTED);
  const [b] = fields.get("B_value") ?? [];
  const [slicesInMosaic] = fields.get("NumberOfImagesInMosaic") ?? [];
  const direction = vectorOf(fields.get("DiffusionGradientDirection") ?? []);
  return { weighting: b === undefined ? undefined : { b, direction }, slicesInMosaic };
}
