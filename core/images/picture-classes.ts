// Which SOP classes have pictures in them (PS3.4 B.5); only their files tell whether they can be shown.

const STORAGE = "1.2.840.10008.5.1.4.1.1.";
/** Curves, presentation states, waveforms, raw data, registrations, documents, reports, plans and the like. */
const WITHOUT = [
  ...["9.", "11.", "66", "67", "68.", "88.", "90.", "91.", "104.", "200.", "201."],
  ...["4.2", "9", "481.3", "481.4", "481.5", "481.6", "481.7", "481.8", "481.9"],
];

const isBelow = (rest: string, part: string): boolean =>
  part.endsWith(".") ? rest.startsWith(part) : rest === part || rest.startsWith(`${part}.`);

/** Classes of makers that the standard does not know are taken for pictures; NIfTI files have none. */
export function hasPicture(sopClassUid: string): boolean {
  if (!sopClassUid.startsWith(STORAGE)) return sopClassUid !== "";
  const rest = sopClassUid.slice(STORAGE.length);
  return !WITHOUT.some((part) => isBelow(rest, part));
}
