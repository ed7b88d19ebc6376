// Age and sex in the spellings and forms that sidecars have.
// by themselves: what they come with declares settings, which a thread has no use for
import { ageString } from "@thalamus/sdk/quality/age";
import { sexCode } from "@thalamus/sdk/quality/sex";
import type { Sidecar } from "./sidecar-file.ts";

const AGE_KEYS = ["PatientAge", "patientAge", "patient_age"];

/** As PatientAge (0010,1010) has it; undefined when the sidecar says none. */
export function ageOf(sidecar: Sidecar): string | undefined {
  return AGE_KEYS.map((key) => ageIn(sidecar[key])).find((age) => age !== undefined);
}

/** `48`, `048Y`, `6M`, `90+` → `048Y` … */
export const ageIn = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? ageString(value) : undefined;

/** M, F or O; undefined for anything else. */
export function sexIn(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return sexCode(value) ?? (value.trim().toUpperCase() === "O" ? "O" : undefined);
}
