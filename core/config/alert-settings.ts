// What a site can set about alerts of the machine: how full is too full, and for how long.
import { type Static, Type } from "typebox";

const percent = (description: string, fallback: number) =>
  Type.Integer({ description, minimum: 1, maximum: 100, default: fallback });

export const AlertSettings = Type.Object(
  {
    everySeconds: Type.Integer({
      description: "The machine is looked at this often",
      minimum: 1,
      maximum: 3600,
      default: 60,
    }),
    cpuPercent: percent("CPU usage above this is high", 90),
    memoryPercent: percent("Memory usage above this is high", 90),
    swapPercent: percent("Swap usage above this is high", 50),
    diskPercent: percent("Usage of the data folder's disk above this is high", 90),
    recoverPoints: Type.Integer({
      description: "Usage must fall this many points below its limit before it has recovered",
      minimum: 0,
      maximum: 50,
      default: 5,
    }),
    looksInARow: Type.Integer({
      description: "Usage must be high this many times in a row: one busy moment is no alert",
      minimum: 1,
      maximum: 100,
      default: 3,
    }),
    coolDownMinutes: Type.Integer({
      description: "The same alert is not told again within this time; the record says so",
      minimum: 0,
      maximum: 10_080,
      default: 60,
    }),
  },
  { additionalProperties: false, default: {} },
);

export type AlertSettings = Static<typeof AlertSettings>;
