// What all files of a study share: settings, the patient's offset and pseudonym, and everything worked out once.
import type { ReceivedStudy } from "@thalamus/sdk";
import type { ObjectKind } from "../rules/basic-profile-rules.ts";
import { RuleBook } from "../rules/rule-book.ts";
import type { DeidSettings } from "../settings.ts";
import { dateOffset } from "../values/date-shift.ts";
import { KnownValues } from "../values/known-values.ts";
import { type PatientIdentity, patientLine, pseudonymOf } from "../values/pseudonym.ts";
import { TextCleaner } from "../values/text-cleaner.ts";
import { UidMap } from "../values/uid-map.ts";
import { PrivateRules } from "../vendors/private-rules.ts";
import { type Added, addedElements } from "./added-elements.ts";
import type { DeidKeys } from "./deid-keys.ts";
import { LastValues } from "./last-values.ts";
import type { Treated } from "./value-treatment.ts";

export interface StudyContext {
  readonly settings: DeidSettings;
  /** PatientID (0010,0020) and PatientName (0010,0010) of the copy. */
  readonly pseudonym: string;
  /** Days that all dates move; 0 when dates are removed. */
  readonly dateOffset: number;
  readonly uids: UidMap;
  readonly known: KnownValues;
  readonly text: TextCleaner;
  readonly privateRules: PrivateRules;
  /** What became of the values of the last file. */
  readonly treated: LastValues<Treated>;
  /** Values of the last file that `known` has. */
  readonly surveyed: LastValues<true>;
  rules(kind: ObjectKind): RuleBook;
  /** @param isPictureCleaned something in the pixels was blacked out */
  added(hasPatientId: boolean, isPictureCleaned: boolean): readonly Added[];
}

/** @param patient as the hub knows the patient: what was supplied with an upload counts more than the files */
export function openStudyContext(
  settings: DeidSettings,
  keys: DeidKeys,
  patient: PatientIdentity,
): StudyContext {
  const line = patientLine(patient);
  const known = new KnownValues();
  known.add("person", patient.patientName);
  known.add("id", patient.patientId);
  known.add("date", patient.patientBirthDate);
  const books = {
    classic: new RuleBook(settings, "classic"),
    enhanced: new RuleBook(settings, "enhanced"),
    report: new RuleBook(settings, "report"),
  };
  const pseudonym = pseudonymOf(keys.pseudonym, line);
  const added = [false, true].map((hasPatientId) =>
    [false, true].map((isCleaned) =>
      addedElements(settings, hasPatientId ? undefined : pseudonym, isCleaned),
    ),
  );
  return {
    settings,
    pseudonym,
    dateOffset: settings.shiftDates ? dateOffset(keys.date, line, settings.dateShiftRangeDays) : 0,
    uids: new UidMap(keys.uid),
    known,
    text: new TextCleaner(known, settings.descriptionWords),
    privateRules: new PrivateRules(settings.keepPrivateElements),
    treated: new LastValues(),
    surveyed: new LastValues(),
    rules: (kind) => books[kind],
    added: (hasPatientId, isPictureCleaned) => added[Number(hasPatientId)]![Number(isPictureCleaned)]!,
  };
}

/** What was given with an upload names the patient as well, and is looked for in the files. */
export function contextOfStudy(
  { identity }: Pick<ReceivedStudy, "identity">,
  settings: DeidSettings,
  keys: DeidKeys,
): StudyContext {
  const patient = identity.reveal();
  const context = openStudyContext(settings, keys, patient);
  context.known.add("id", patient.accessionNumber);
  context.known.add("id", patient.studyId);
  context.known.add("person", patient.referringPhysicianName);
  return context;
}
