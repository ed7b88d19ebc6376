// The log as plugins see it: an event name and typed fields, never free text with values from a header.

/** What a log field may hold; strings are for codes, ids and names of the hub's own things. */
export type LogField = string | number | boolean | null | undefined | readonly string[];

export interface Log {
  /** @param event past tense, dotted: `association.rejected` */
  debug(event: string, fields?: Readonly<Record<string, LogField>>): void;
  info(event: string, fields?: Readonly<Record<string, LogField>>): void;
  warn(event: string, fields?: Readonly<Record<string, LogField>>): void;
  error(event: string, fields?: Readonly<Record<string, LogField>>): void;
}
