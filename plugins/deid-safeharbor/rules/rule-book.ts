// Decides about every element: settings first, then Safe Harbor, PS3.15 and the kind of its value.
import { formatTag, vrName } from "@thalamus/sdk/dicom";
import { standardVr } from "@thalamus/sdk/dicom/dictionary";
import type { DeidSettings } from "../settings.ts";
import { holeOf, type ObjectKind, profileCode } from "./basic-profile-rules.ts";
import type { Action, ElementRule } from "./element-rule.ts";
import { safeHarborRules } from "./safe-harbor-rules.ts";

/** UIDs that say what a thing is, not which one: they stay, private ones too. */
const CLASS_UIDS = new Set([
  0x00080016, // SOPClassUID (0008,0016)
  0x0008001a, // RelatedGeneralSOPClassUID (0008,001A)
  0x0008001b, // OriginalSpecializedSOPClassUID (0008,001B)
  0x00080062, // SOPClassesInStudy (0008,0062)
  0x0008010c, // CodingSchemeUID (0008,010C)
  0x00080117, // ContextUID (0008,0117)
  0x00080118, // MappingResourceUID (0008,0118)
  0x00081150, // ReferencedSOPClassUID (0008,1150)
  0x0008115a, // SOPClassesSupported (0008,115A)
  0x00083002, // AvailableTransferSyntaxUID (0008,3002)
  0x04000010, // MACCalculationTransferSyntaxUID (0400,0010)
]);
/** Whose references go through the map instead of being removed (X/Z/U*), and the content of reports. */
const KEPT_SEQUENCES = new Set([0x00081140, 0x00082112, 0x0040a730]);
/** AcquisitionContextSequence (0040,0555) is of type 2 wherever it is. */
const EMPTIED_SEQUENCES = new Set([0x00400555]);
const NAMES_OF_THE_STANDARD = "PS3.6";

/** Decides about public elements of objects of one kind; private ones are decided by their creators. */
export class RuleBook {
  readonly #settings: DeidSettings;
  readonly #safeHarbor: ReadonlyMap<number, ElementRule>;
  readonly #removed: ReadonlySet<number>;
  readonly #kind: ObjectKind;
  readonly #cache = new Map<number, { readonly vr: number; readonly rule: ElementRule }>();

  constructor(settings: DeidSettings, kind: ObjectKind) {
    this.#settings = settings;
    this.#kind = kind;
    this.#safeHarbor = safeHarborRules(settings);
    this.#removed = new Set(settings.removeElements.map((tag) => Number.parseInt(tag.replace(",", ""), 16)));
  }

  /** @param vr `vrCode` as it stands in the file; 0 when it is implicit */
  ruleOf(tag: number, vr: number): ElementRule {
    const known = this.#cache.get(tag);
    if (known?.vr === vr) return known.rule;
    const rule = this.#decide(tag, vr === 0 ? "" : vrName(vr));
    this.#cache.set(tag, { vr, rule });
    return rule;
  }

  #decide(tag: number, written: string): ElementRule {
    if (this.#removed.has(tag)) return { action: "remove", rule: "removeElements" };
    const vr = standardVr(tag) ?? written;
    const listed = this.#safeHarbor.get(tag);
    if (listed) return this.#filled(tag, listed);
    const code = profileCode(tag);
    if (code !== undefined) return this.#byProfile(tag, vr, code);
    // the length of a group is wrong as soon as anything in it is
    if ((tag & 0xffff) === 0) return { action: "remove", rule: "PS3.5 7.2" };
    if (standardVr(tag) === undefined) return { action: "remove", rule: "unknown to PS3.6" };
    if (CLASS_UIDS.has(tag)) return { action: "class-uid", rule: NAMES_OF_THE_STANDARD };
    const action = this.#byVr(vr);
    // text where the standard has a number of bytes: somebody's own use of the tag
    if (action === "keep" && TEXT.test(written)) return { action: "remove", rule: "no such VR in PS3.6" };
    return { action, rule: NAMES_OF_THE_STANDARD };
  }

  /** DeviceSerialNumber (0018,1000) and AcquisitionDateTime (0008,002A) are wanted by enhanced objects (type 1). */
  #filled(tag: number, rule: ElementRule): ElementRule {
    const code = profileCode(tag);
    const wanted = this.#kind !== "classic" && code?.includes("D") && /^(remove|empty)$/.test(rule.action);
    return wanted && FILLED.has(tag) ? { ...rule, action: "dummy" } : rule;
  }

  #byProfile(tag: number, vr: string, code: string): ElementRule {
    const rule = `PS3.15 ${code}`;
    if (code === "U") return { action: "uid", rule };
    if (KEPT_SEQUENCES.has(tag)) return { action: "recurse", rule };
    const temporal = this.#settings.shiftDates ? TEMPORAL[vr] : undefined;
    if (temporal) return { action: temporal, rule: temporal === "time" ? "A-082" : "A-081" };
    const hole = EMPTIED_SEQUENCES.has(tag) ? "empty" : holeOf(code, vr === "SQ", this.#kind);
    if (vr === "PN") return { action: hole, rule, identifies: "person" };
    return IDENTIFIERS.has(tag) ? { action: hole, rule, identifies: "id" } : { action: hole, rule };
  }

  /** Of an attribute of the standard that neither list names. */
  #byVr(vr: string): Action {
    const temporal = TEMPORAL[vr];
    if (temporal) return this.#settings.shiftDates ? temporal : "remove";
    return BY_VR[vr] ?? "keep";
  }
}

const TEMPORAL: Readonly<Record<string, Action>> = { DA: "date", DT: "date-time", TM: "time" };
const TEXT = /^(AE|AS|DS|IS|LO|LT|PN|SH|ST|UC|UR|UT)$/;
const FILLED = new Set([0x00181000, 0x0008002a, 0x00080023, 0x00080033]);
const BY_VR: Readonly<Record<string, Action>> = {
  AE: "remove",
  AS: "age",
  CS: "code",
  DS: "number",
  IS: "number",
  LO: "text",
  LT: "describe",
  PN: "remove",
  SH: "text",
  SQ: "recurse",
  ST: "describe",
  UC: "describe",
  UI: "uid",
  UN: "remove",
  UR: "remove",
  UT: "describe",
};
/** Numbers and names beside the Safe Harbor list that mean one person, visit or device. */
const IDENTIFIERS = new Set([
  0x00080055, // StationAETitle (0008,0055)
  0x00101050, // InsurancePlanIdentification (0010,1050)
  0x00102299, // ResponsibleOrganization (0010,2299)
  0x00181008, // GantryID (0018,1008)
  0x00380010, // AdmissionID (0038,0010)
  0x00400241, // PerformedStationAETitle (0040,0241)
  0x00400242, // PerformedStationName (0040,0242)
  0x00400253, // PerformedProcedureStepID (0040,0253)
  0x00401001, // RequestedProcedureID (0040,1001)
]);

/** `(0010,0010)`, made once for each tag. */
const places = new Map<number, string>();
export function placeOf(tag: number): string {
  let place = places.get(tag);
  if (place === undefined) {
    place = formatTag(tag);
    places.set(tag, place);
  }
  return place;
}
