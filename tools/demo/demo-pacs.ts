// The hospital's PACS of the demo: a second Storage SCP that keeps what the hub delivers.
import { closeSync, mkdirSync, openSync, readdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { IncomingObject, InstanceWriter, Intake } from "@thalamus/sdk";
import { encodeFileMeta, readFileHeader, Tag } from "@thalamus/sdk/dicom";
import { openLog } from "../../core/observe/log.ts";
import { HubMetrics } from "../../core/observe/metrics.ts";
import { withDefaults } from "../../core/plugins/plugin-settings.ts";
import dicomScp from "../../plugins/dicom-scp/plugin.ts";

export const PACS_AE = "DEMOPACS";

/** A DICOM object the PACS has. */
export interface PacsObject {
  readonly file: string;
  readonly sopClassUid: string;
  readonly studyInstanceUid: string;
}

export interface DemoPacs {
  readonly port: number;
  readonly folder: string;
  /** Reads back from disk what arrived for a study. */
  objects(studyInstanceUid: string): Promise<PacsObject[]>;
  stop(): Promise<void>;
}

export async function startDemoPacs(folder: string): Promise<DemoPacs> {
  mkdirSync(folder, { recursive: true });
  const settings = { host: "127.0.0.1", port: 0, aeTitle: PACS_AE };
  const log = openLog({ level: "warn", terminal: false });
  const listener = await dicomScp.start({
    settings: withDefaults(dicomScp.settings, settings),
    log,
    metrics: new HubMetrics([], log),
    intake: keepIn(folder),
  });
  return {
    port: listener.address.port,
    folder,
    objects: (study) => objectsOf(folder, study),
    stop: () => listener.stop(),
  };
}

/** A small archive: one file for each object, named by its SOP instance UID. */
function keepIn(folder: string): Intake {
  return {
    open: ({ callingAe }) => ({
      receive: (object) => writerOf(object, join(folder, `${object.sopInstanceUid}.dcm`), callingAe),
      close: async () => undefined,
    }),
  };
}

function writerOf(object: IncomingObject, path: string, callingAe: string): InstanceWriter {
  const descriptor = openSync(path, "w");
  writeSync(descriptor, encodeFileMeta(object, callingAe));
  return {
    write: (bytes) => void writeSync(descriptor, bytes),
    finish: async () => {
      closeSync(descriptor);
      return { outcome: "stored", studyId: "" };
    },
    abandon: () => closeSync(descriptor),
  };
}

async function objectsOf(folder: string, studyInstanceUid: string): Promise<PacsObject[]> {
  const found: PacsObject[] = [];
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const { dataset } = await readFileHeader(file);
    const study = dataset.text(Tag.StudyInstanceUID) ?? "";
    const sopClassUid = dataset.text(Tag.SOPClassUID) ?? "";
    if (study === studyInstanceUid) found.push({ file, sopClassUid, studyInstanceUid: study });
  }
  return found;
}
