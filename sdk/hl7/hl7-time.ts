// Times as HL7 version 2 writes them (data type TS): local time of a zone, with its offset.

/** Whether Node.js knows the zone: `Europe/Berlin`. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param zone IANA name
 * @returns `20240412143000+0200`
 */
export function hl7Time(at: Date, zone: string): string {
  const offset = offsetMinutes(at, zone);
  const local = new Date(at.getTime() + offset * 60_000).toISOString();
  return `${local.slice(0, 19).replaceAll(/[-:T]/g, "")}${offsetText(offset)}`;
}

/**
 * A date and a time of day of a DICOM header (VR DA and TM), which are local.
 * @returns as exact as they are; empty when the date is none
 */
export function hl7TimeOfDicom(date: string, time: string, zone: string): string {
  if (!/^\d{8}$/.test(date)) return "";
  const [clock = ""] = /^\d{4}(\d{2})?/.exec(time) ?? [];
  if (clock === "") return date;
  const wall = Date.UTC(
    Number(date.slice(0, 4)),
    Number(date.slice(4, 6)) - 1,
    Number(date.slice(6, 8)),
    Number(clock.slice(0, 2)),
    Number(clock.slice(2, 4)),
  );
  // the offset is that of the instant, which is not known before the offset is; the second look is right
  const guess = offsetMinutes(new Date(wall), zone);
  return `${date}${clock}${offsetText(offsetMinutes(new Date(wall - guess * 60_000), zone))}`;
}

/** Making one takes longer than all that is done with it; zones come from settings, so there are few. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const format =
    FORMATS.get(zone) ?? new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
  FORMATS.set(zone, format);
  return format;
}

function offsetMinutes(at: Date, zone: string): number {
  const name =
    formatOf(zone)
      .formatToParts(at)
      .find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function offsetText(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
}
