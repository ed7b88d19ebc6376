// UIDs of the corpus: all of one length, the number of the run in a fixed place, where a run can change it.

/** Every UID of the corpus that must be new in each run begins with this. */
const ROOT = "2.25.3";
const RUN_DIGITS = 12;

/** What a UID names; it keeps their numbers apart. */
type Purpose = "study" | "series" | "instance" | "frame" | "reference";

const PURPOSES: readonly Purpose[] = ["study", "series", "instance", "frame", "reference"];

/** A UID as it stands in the files of the corpus: of run zero. */
export function corpusUid(purpose: Purpose, series: number, instance: number): string {
  const name = `${PURPOSES.indexOf(purpose)}${digits(series, 2)}${digits(instance, 6)}`;
  return `${ROOT}${runDigits(0)}${name}`;
}

/** The same UID in another run. */
export function uidOfRun(uid: string, run: number): string {
  return `${ROOT}${runDigits(run)}${uid.slice(ROOT.length + RUN_DIGITS)}`;
}

/** Where in an object the digits of the run stand. */
export function runPlaces(object: Buffer): number[] {
  const marker = Buffer.from(`${ROOT}${runDigits(0)}`, "latin1");
  const places: number[] = [];
  for (let at = object.indexOf(marker); at >= 0; at = object.indexOf(marker, at + marker.length)) {
    places.push(at + ROOT.length);
  }
  return places;
}

/** Gives an object the UIDs of another run. */
export function writeRun(object: Buffer, places: readonly number[], run: number): void {
  const text = runDigits(run);
  for (const place of places) object.write(text, place, "latin1");
}

const runDigits = (run: number): string => digits(run, RUN_DIGITS);
const digits = (value: number, count: number): string => String(value).padStart(count, "0");
