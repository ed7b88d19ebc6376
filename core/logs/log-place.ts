// A place between two lines of the log, which stays the same when its file gets another name.
import { LogRefusal } from "./log-refusal.ts";

export interface LogPlace {
  /** Of the file, made from its first line. */
  readonly file: string;
  /** Bytes before it. */
  readonly offset: number;
}

const FORM = /^([0-9a-f]{12})-(\d{1,15})$/;

/** `3fa9c1d2e4b0-18273` */
export const placeText = ({ file, offset }: LogPlace): string => `${file}-${offset}`;

/** @throws LogRefusal `logs.bad-place` */
export function readPlace(text: string): LogPlace {
  const [, file, offset] = FORM.exec(text) ?? [];
  if (file === undefined) throw new LogRefusal("logs.bad-place", "This is no place in the log.");
  return { file, offset: Number(offset) };
}
