// Writes dates and times the way a site wants them, from DICOM and ISO 8601 ones.

/** DA (YYYYMMDD), the older YYYY.MM.DD, and ISO 8601; a time may follow. */
const DATE =
  /^(\d{4})([-.]?)(\d{2})\2(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?(?:[.,]\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/;
/** TM (HHMMSS.FFFFFF), also with colons. */
const TIME = /^(\d{2}):?(\d{2})?(?::?(\d{2}))?(?:\.\d+)?$/;
const PLACES = /YYYY|MM|DD|HH|mm|ss/g;

/**
 * @param value a date, a time, or both; times are written in the zone they came in
 * @param pattern with YYYY, MM, DD, HH, mm and ss
 * @returns nothing when the value is none of them: a delivery does not fail for an odd date
 */
export function formatDate(value: string, pattern: string): string {
  const parts = partsOf(value.trim());
  return parts ? pattern.replace(PLACES, (place) => parts[place] ?? "00") : "";
}

function partsOf(value: string): Readonly<Record<string, string>> | undefined {
  const date = DATE.exec(value);
  if (date) {
    const [, year = "", , month = "", day = "", hours = "00", minutes = "00", seconds = "00"] = date;
    if (!isDay(Number(year), Number(month), Number(day))) return undefined;
    return { YYYY: year, MM: month, DD: day, HH: hours, mm: minutes, ss: seconds };
  }
  const time = TIME.exec(value);
  if (!time) return undefined;
  const [, hours = "00", minutes = "00", seconds = "00"] = time;
  return { YYYY: "0000", HH: hours, mm: minutes, ss: seconds };
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
