// Siemens' protocol as text ("ASCCONV"): only lines of known families stay, and only numbers in them.

const BEGIN = /### ASCCONV BEGIN[^\r\n]*/;
const END = "### ASCCONV END ###";
/** `sKSpace.lBaseResolution	 = 	82`; some writers put no tabs. */
const LINE = /^([A-Za-z][\w.[\]]*)\s*=\s*(\S.*?)\s*$/;
const NUMBER = /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|0x[\da-f]{1,8})$/i;
/** A longer number may be an id, a date or a serial number. */
const MOST_DIGITS = 20;

/** What converters read of timing, k-space, acceleration, slices, diffusion and labelling. */
const FAMILIES =
  /^(?:sKSpace|sFastImaging|sPat|sSliceArray|sGroupArray|sDiffusion|sAsl|sPrepPulses|sRSatArray|alTR|alTE|alTI|alTD|adFlipAngleDegree|lContrasts|lAverages|dAveragesDouble|lRepetitions|lDelayTimeInTR|lCombinedEchoes|uc(?:ReadOutMode|CoilCombineMode|FlipAngleMode|ReconstructionMode|MultiSliceMode|SequenceType|Dimension)|sWipMemBlock\.(?:alFree|adFree))(?=[.[]|$)/;
/** The sequence's file name: the folder is a constant, the name one of Siemens' or of well-known authors. */
const SEQUENCE_FILE =
  /^"{1,2}%(?:SiemensSeq|CustomerSeq)%\\((?:cmrr_mb)?ep2d_(?:diff|bold|pace|se|pcasl|pasl|asl)|cmrr_mbep2d_(?:diff|bold|se)|tfl|gre|gre_field_mapping|tse|epse|tgse_pcasl|tgse_pasl|AALScout|space|resolve)"{1,2}$/;

/** @returns the protocol without anything that names a patient, a place, a device or a day; empty when it has none */
export function cleanProtocol(text: string): string {
  const begin = BEGIN.exec(text);
  if (!begin) return "";
  const from = begin.index + begin[0].length;
  const end = text.indexOf("### ASCCONV END", from);
  const lines = text.slice(from, end < 0 ? undefined : end).split(/\r?\n/);
  const kept = lines.filter(isHarmless).map((line) => `${line}\n`);
  return `### ASCCONV BEGIN ###\n${kept.join("")}${END}\n`;
}

function isHarmless(line: string): boolean {
  const [, name, value] = LINE.exec(line) ?? [];
  if (name === undefined || value === undefined) return false;
  if (name === "tSequenceFileName") return SEQUENCE_FILE.test(value);
  return FAMILIES.test(name) && NUMBER.test(value) && value.length <= MOST_DIGITS;
}
