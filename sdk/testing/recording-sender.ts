// A DICOM sender for tests: keeps what it was given and answers what the test wants.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { readFileHeader, Tag } from "../dicom/index.ts";
import type { DicomPeer, DicomSender, StoreAnswer } from "../services/dicom-sender.ts";

export interface RecordingSender extends DicomSender {
  /** Copies of all files that were sent, in order. */
  readonly files: string[];
  readonly peers: DicomPeer[];
  /** DIMSE status of the answers to come. */
  status: number;
  /** Thrown instead of an answer while it is set. */
  error: Error | undefined;
}

/** @param folder for the copies */
export function recordingSender(folder: string): RecordingSender {
  const sender: RecordingSender = {
    files: [],
    peers: [],
    status: 0,
    error: undefined,
    store: async (peer, files) => {
      if (sender.error) throw sender.error;
      sender.peers.push(peer);
      const answers: StoreAnswer[] = [];
      for (const file of files) {
        const copy = join(folder, `sent-${sender.files.length + 1}.dcm`);
        await copyFile(file, copy);
        sender.files.push(copy);
        const { dataset } = await readFileHeader(copy);
        answers.push({ sopInstanceUid: dataset.ascii(Tag.SOPInstanceUID) ?? "", status: sender.status });
      }
      return answers;
    },
    echo: async () => {
      if (sender.error) throw sender.error;
      return 12;
    },
    probe: async (peer, sopClassUids) => {
      sender.peers.push(peer);
      const message = sender.error?.message ?? `It takes ${sopClassUids.join(" and ")}.`;
      return { ok: sender.error === undefined, message };
    },
  };
  return sender;
}
