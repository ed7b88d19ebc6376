// ZIP codes: three digits may stay unless fewer than 20,000 people live there (45 CFR 164.514(b)(2)(i)(B)).

/** Three-digit areas of 20,000 people or fewer, by the census of 2000 (HHS guidance on de-identification). */
const SMALL_AREAS = new Set("036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893".split(" "));
/** A ZIP code ends an address, or a country follows; a house number does neither. */
const ZIP =
  /(?<![\d-])(\d{5})(?:-\d{4})?(?=\s*(?:[,;^\\]\s*)?(?:U\.?S\.?A?\.?|United States)?\s*(?:$|[\\^\r\n]))/gi;

/**
 * @param address PatientAddress (0010,1040)
 * @returns the masked ZIP code, `02100`, and nothing else of the address; undefined when there is none
 */
export function maskedZip(address: string): string | undefined {
  const zip = [...address.matchAll(ZIP)].at(-1)?.[1];
  if (zip === undefined) return undefined;
  const area = zip.slice(0, 3);
  return SMALL_AREAS.has(area) ? "00000" : `${area}00`;
}
