// Values without meaning, for attributes that must have one (PS3.15 E.1.1, action D).

const TEXT = "REMOVED";
const BY_VR: Readonly<Record<string, string>> = {
  AE: TEXT,
  AS: "000Y",
  CS: TEXT,
  DA: "19000101",
  DS: "0",
  DT: "19000101000000",
  IS: "0",
  LO: TEXT,
  LT: TEXT,
  PN: TEXT,
  SH: TEXT,
  ST: TEXT,
  TM: "000000",
  UC: TEXT,
  UR: "urn:removed",
  UT: TEXT,
};

/** Without padding; bytes of binary values become zero, of which one of eight bytes is enough. */
export function dummyValue(vr: string): Buffer {
  const text = BY_VR[vr];
  return text === undefined ? Buffer.alloc(8) : Buffer.from(text, "latin1");
}
