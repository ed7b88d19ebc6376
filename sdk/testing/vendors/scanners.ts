// The scanners whose files a phantom can have, by name.
import { CANON } from "./canon.ts";
import { SIEMENS_ENHANCED } from "./enhanced.ts";
import { geScanner } from "./ge.ts";
import { SIEMENS_MOSAIC } from "./mosaic.ts";
import { PHILIPS } from "./philips.ts";
import type { Scanner } from "./scanner.ts";
import { SIEMENS } from "./siemens.ts";
import { UIH } from "./uih.ts";

export const SCANNERS = {
  siemens: SIEMENS,
  "siemens-mosaic": SIEMENS_MOSAIC,
  "siemens-enhanced": SIEMENS_ENHANCED,
  "ge-col": geScanner("COL"),
  "ge-row": geScanner("ROW"),
  philips: PHILIPS,
  canon: CANON,
  uih: UIH,
} as const satisfies Readonly<Record<string, Scanner>>;

export type ScannerName = keyof typeof SCANNERS;
