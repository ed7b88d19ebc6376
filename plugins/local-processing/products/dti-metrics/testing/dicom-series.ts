// Writes a diffusion series as classic DICOM files, one slice each, with a patient who must not be seen again.
import type { DiffusionSeries } from "../images/diffusion-series.ts";
import type { GradientTable } from "../tensor/gradient-table.ts";

/** Values that identify the invented patient; none of them may appear in any output. */
export const CANARY = {
  PatientName: "Kanarienvogel^Zacharias",
  PatientID: "PID-77231947",
  PatientBirthDate: "19470311",
  AccessionNumber: "ACC-88120456",
  InstitutionName: "Sankt Ottilien Klinik",
  SeriesDescription: "DTI Kanarienvogel follow up",
  OperatorsName: "Quittenbaum^Olga",
  DeviceSerialNumber: "SN-660912",
} as const;

const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
const MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4";
const LONG_VR = new Set(["OB", "OW", "SQ", "UN"]);

type Value = string | number | number[] | Buffer;
export type Element = readonly [tag: number, vr: string, value: Value];

function bytesOf(vr: string, value: Value): Buffer {
  if (Buffer.isBuffer(value)) return value;
  const numbers = typeof value === "number" ? [value] : value;
  if (vr === "US" && typeof numbers !== "string") return Buffer.from(Uint16Array.from(numbers).buffer);
  if (vr === "FD" && typeof numbers !== "string") return Buffer.from(Float64Array.from(numbers).buffer);
  const text = typeof numbers === "string" ? numbers : numbers.join("\\");
  return Buffer.from(text.length % 2 === 0 ? text : text + (vr === "UI" ? "\0" : " "), "latin1");
}

/** One element in explicit VR little endian. */
export function encodeElement([tag, vr, value]: Element): Buffer {
  const bytes = bytesOf(vr, value);
  const isLong = LONG_VR.has(vr);
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(Math.floor(tag / 0x10000), 0);
  head.writeUInt16LE(tag % 0x10000, 2);
  head.write(vr, 4, "latin1");
  if (isLong) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

/** A Part 10 file from its elements, which must come in rising order of their tags. */
export function encodeDicom(elements: readonly Element[], transferSyntax = EXPLICIT_LITTLE_ENDIAN): Buffer {
  const meta = Buffer.concat(
    (
      [
        [0x00020001, "OB", Buffer.from([0, 1])], // FileMetaInformationVersion (0002,0001)
        [0x00020002, "UI", MR_IMAGE_STORAGE], // MediaStorageSOPClassUID (0002,0002)
        [0x00020003, "UI", "2.25.1"], // MediaStorageSOPInstanceUID (0002,0003)
        [0x00020010, "UI", transferSyntax], // TransferSyntaxUID (0002,0010)
        [0x00020012, "UI", "2.25.2"], // ImplementationClassUID (0002,0012)
      ] as Element[]
    ).map(encodeElement),
  );
  const length = Buffer.alloc(12);
  length.writeUInt32LE(0x00000002, 0);
  length.write("UL", 4, "latin1");
  length.writeUInt16LE(4, 6);
  length.writeUInt32LE(meta.length, 8);
  const preamble = Buffer.alloc(132);
  preamble.write("DICM", 128, "latin1");
  return Buffer.concat([preamble, length, meta, ...elements.map(encodeElement)]);
}

/**
 * A series as a Siemens scanner writes it without mosaic: b-value and direction in private elements. The grid
 * must be axial and radiological (first axis to the left), the directions are along the voxel axes.
 */
export function encodeDicomSeries(series: DiffusionSeries, table: GradientTable): Record<string, Buffer> {
  const [nx, ny, nz] = series.grid.size;
  const [dx, dy, dz] = series.grid.spacing;
  const files: Record<string, Buffer> = {};
  for (let v = 0; v < table.volumes; v++) {
    const b = table.bValues[v]!;
    // The stored rows run to the front, those of a DICOM image to the back; LPS differs from RAS in x and y.
    const direction = [0, 1, 2].map((axis) => table.directions[3 * v + axis]! * (axis === 1 ? -1 : 1));
    for (let z = 0; z < nz; z++) {
      const pixels = new Uint16Array(nx * ny);
      for (let y = 0; y < ny; y++) {
        for (let x = 0; x < nx; x++) {
          const from = v * series.voxelsPerVolume + (z * ny + (ny - 1 - y)) * nx + x;
          pixels[y * nx + x] = Math.round(10 * series.stored[from]!);
        }
      }
      const instance = v * nz + z + 1;
      const elements: Element[] = [
        [0x00080008, "CS", "ORIGINAL\\PRIMARY\\DIFFUSION\\NONE"], // ImageType (0008,0008)
        [0x00080016, "UI", MR_IMAGE_STORAGE], // SOPClassUID (0008,0016)
        [0x00080018, "UI", `2.25.30.${instance}`], // SOPInstanceUID (0008,0018)
        [0x00080020, "DA", "20260102"], // StudyDate (0008,0020)
        [0x00080032, "TM", `1010${String((5 * v) % 60).padStart(2, "0")}.000`], // AcquisitionTime (0008,0032)
        [0x00080050, "SH", CANARY.AccessionNumber], // AccessionNumber (0008,0050)
        [0x00080060, "CS", "MR"], // Modality (0008,0060)
        [0x00080070, "LO", "SIEMENS"], // Manufacturer (0008,0070)
        [0x00080080, "LO", CANARY.InstitutionName], // InstitutionName (0008,0080)
        [0x0008103e, "LO", CANARY.SeriesDescription], // SeriesDescription (0008,103E)
        [0x00081070, "PN", CANARY.OperatorsName], // OperatorsName (0008,1070)
        [0x00081090, "LO", "Phantom"], // ManufacturerModelName (0008,1090)
        [0x00100010, "PN", CANARY.PatientName], // PatientName (0010,0010)
        [0x00100020, "LO", CANARY.PatientID], // PatientID (0010,0020)
        [0x00100030, "DA", CANARY.PatientBirthDate], // PatientBirthDate (0010,0030)
        [0x00180023, "CS", "2D"], // MRAcquisitionType (0018,0023)
        [0x00180050, "DS", String(dz)], // SliceThickness (0018,0050)
        [0x00180080, "DS", "5000"], // RepetitionTime (0018,0080)
        [0x00180081, "DS", "80"], // EchoTime (0018,0081)
        [0x00180087, "DS", "3"], // MagneticFieldStrength (0018,0087)
        [0x00180088, "DS", String(dz)], // SpacingBetweenSlices (0018,0088)
        [0x00181000, "LO", CANARY.DeviceSerialNumber], // DeviceSerialNumber (0018,1000)
        [0x00181030, "LO", CANARY.SeriesDescription], // ProtocolName (0018,1030)
        [0x00185100, "CS", "HFS"], // PatientPosition (0018,5100)
        [0x00190010, "LO", "SIEMENS MR HEADER"], // private creator
        [0x0019100c, "IS", String(b)], // b-value
        ...(b > 0 ? ([[0x0019100e, "FD", direction]] as Element[]) : []), // gradient direction, LPS
        [0x0020000d, "UI", "2.25.10"], // StudyInstanceUID (0020,000D)
        [0x0020000e, "UI", "2.25.20"], // SeriesInstanceUID (0020,000E)
        [0x00200011, "IS", "3"], // SeriesNumber (0020,0011)
        [0x00200012, "IS", String(v + 1)], // AcquisitionNumber (0020,0012)
        [0x00200013, "IS", String(instance)], // InstanceNumber (0020,0013)
        [0x00200032, "DS", [-60, -60, -60 + z * dz]], // ImagePositionPatient (0020,0032)
        [0x00200037, "DS", [1, 0, 0, 0, 1, 0]], // ImageOrientationPatient (0020,0037)
        [0x00280002, "US", 1], // SamplesPerPixel (0028,0002)
        [0x00280004, "CS", "MONOCHROME2"], // PhotometricInterpretation (0028,0004)
        [0x00280010, "US", ny], // Rows (0028,0010)
        [0x00280011, "US", nx], // Columns (0028,0011)
        [0x00280030, "DS", [dy, dx]], // PixelSpacing (0028,0030)
        [0x00280100, "US", 16], // BitsAllocated (0028,0100)
        [0x00280101, "US", 16], // BitsStored (0028,0101)
        [0x00280102, "US", 15], // HighBit (0028,0102)
        [0x00280103, "US", 0], // PixelRepresentation (0028,0103)
        [0x7fe00010, "OW", Buffer.from(pixels.buffer)], // PixelData (7FE0,0010)
      ];
      files[`${String(instance).padStart(5, "0")}.dcm`] = encodeDicom(elements);
    }
  }
  return files;
}
