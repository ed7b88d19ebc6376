// Diffusion series of makers for whole-file tests: real ones where the data is there, written ones of the others.
import { cpSync } from "node:fs";
import { realData, writeDwiPhantom } from "@thalamus/sdk/testing";
import { VENDORS, writeVendorSeries } from "./vendor-series.ts";

const MADE_SLICES = 3;

export interface MakerSeries {
  readonly maker: string;
  /** Undefined when the real data is not there. */
  readonly write: ((target: string) => Promise<void>) | undefined;
  /** What tells the patient, the place or the device in the sources. */
  readonly traces: RegExp;
}

/** @param name folder of the real data */
export function realSeries(maker: string, name: string, traces: RegExp): MakerSeries {
  const source = realData(`dwi/${name}`);
  const copied = async (target: string) => cpSync(source!, target, { recursive: true });
  return { maker, write: source === undefined ? undefined : copied, traces };
}

/** One of every maker whose way of writing is known. */
export const madeSeries = (): MakerSeries[] =>
  Object.entries(VENDORS).map(([maker, vendor]) => {
    const write = async (target: string) => {
      const options = { matrix: 16, slices: MADE_SLICES, directions: 6 };
      const phantom = await writeDwiPhantom(`${target}-phantom`, options);
      await writeVendorSeries(target, vendor, phantom, MADE_SLICES);
    };
    return { maker, write, traces: /QZXVKW|PHANTOM/ };
  });
