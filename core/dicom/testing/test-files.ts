// Synthetic objects as PS3.10 files in a temporary folder.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeDataset, encodeFile } from "@thalamus/sdk/dicom";

export const MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4";
export const ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1";

export interface TestFile {
  readonly path: string;
  readonly sopInstanceUid: string;
  readonly dataSet: Buffer;
}

export class TestFiles implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "dicom-sender-"));
  #count = 0;

  /** @param bytes about how long the data set shall be */
  write(bytes = 20_000, sopClassUid = MR_IMAGE): TestFile {
    this.#count += 1;
    const sopInstanceUid = `1.2.826.0.1.3680043.10.999.8.${this.#count}`;
    const pixels = createHash("shake256", { outputLength: bytes }).update(sopInstanceUid).digest();
    const dataset = {
      SOPClassUID: sopClassUid,
      SOPInstanceUID: sopInstanceUid,
      StudyInstanceUID: "1.2.826.0.1.3680043.10.999.1",
      SeriesInstanceUID: "1.2.826.0.1.3680043.10.999.2",
      Modality: "MR",
      PixelData: pixels,
    };
    const path = this.writeBytes(encodeFile(dataset));
    return { path, sopInstanceUid, dataSet: encodeDataset(dataset) };
  }

  writeBytes(bytes: Buffer): string {
    const path = join(this.folder, `${this.#count}-${bytes.length}.dcm`);
    writeFileSync(path, bytes);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
