// The sex of a patient in the forms that are taken.

/** `M`, `Male`, `F`, `female`; undefined for anything else. */
export function sexCode(given: string): "F" | "M" | undefined {
  const text = given.trim().toUpperCase();
  if (text === "M" || text === "MALE") return "M";
  return text === "F" || text === "FEMALE" ? "F" : undefined;
}
