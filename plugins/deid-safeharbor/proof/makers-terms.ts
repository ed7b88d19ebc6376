// What the second pass takes for words of makers and standards: safe private creators, names of models, coded terms.

/** Diffusion and image parameters of the nine vendors (names as in their conformance statements). */
const SAFE = [
  "SIEMENS MR HEADER",
  "SIEMENS CSA HEADER",
  "SIEMENS MR SDI 02",
  "SIEMENS MR SDS 01",
  "SIEMENS MR SDR 01",
  "SIEMENS MR DIFFUSION",
  "GEMS_ACQU_01",
  "GEMS_PARM_01",
  "GEMS_RELA_01",
  "GEMS_STDY_01",
  "PHILIPS IMAGING DD 001",
  "PHILIPS MR IMAGING DD 001",
  "PHILIPS MR IMAGING DD 002",
  "PHILIPS MR IMAGING DD 003",
  "PHILIPS MR IMAGING DD 004",
  "PHILIPS MR IMAGING DD 005",
  "PHILIPS MR IMAGING DD 006",
  "IMAGE PRIVATE HEADER",
  "CANON_MEC_MR3",
  "TOSHIBA_MEC_MR3",
  "HITACHI MR 1.0",
  "BRUKER BIOSPIN",
];
const safe = new Set(SAFE);

/** Whether elements of this creator may be in a copy; what is in their text is searched all the same. */
export const isSafeCreator = (creator: string): boolean => safe.has(creator.trim().toUpperCase());

/**
 * A word that is in a patient's name may be in these too, and nobody can tell: maker, model, software, sequence, coil,
 * codes and their meaning, how it was de-identified.
 */
const TERMS = new Set([
  0x00080070, // Manufacturer
  0x00081090, // ManufacturerModelName
  0x00080100, // CodeValue
  0x00080102, // CodingSchemeDesignator
  0x00080104, // CodeMeaning
  0x00080115, // CodingSchemeName
  0x00080116, // CodingSchemeResponsibleOrganization
  0x00120063, // DeidentificationMethod
  0x00180024, // SequenceName
  0x00181020, // SoftwareVersions
  0x00181250, // ReceiveCoilName
  0x00181251, // TransmitCoilName
  0x00189005, // PulseSequenceName
]);

/** Also true for the elements that name a private creator. */
export function isMakersTerm(tag: number): boolean {
  const namesCreator = (tag >>> 16) % 2 === 1 && (tag & 0xffff) <= 0xff;
  return TERMS.has(tag) || namesCreator;
}
