// Makes an instance's file and its row durable, both at the same time.
import { dirname, join } from "node:path";
import type { Accepted } from "@thalamus/sdk";
import type { FlushHorizon } from "./flush-horizon.ts";
import type { FolderMarks } from "./folder-marks.ts";
import type { Arrival, GroupCommit } from "./group-commit.ts";
import type { InstanceFile } from "./instance-file.ts";
import { ownerOf } from "./study-key.ts";

export interface KeepPlace {
  /** Root of the tree of received files. */
  readonly received: string;
  readonly commit: GroupCommit;
  readonly marks: FolderMarks;
  readonly horizon: FlushHorizon;
  /**
   * Takes the row back unless its file turns out to be whole, and on the disk; never rejects.
   * @returns false when neither could be done
   */
  readonly withdraw: (row: number) => Promise<boolean>;
}

/**
 * The file gets its final name, and then the answer waits for two flushes that run side by side: that of the file and
 * that of the row (docs/decisions/0008). One after the other they would cost the sender twice the time.
 * @param file sealed
 * @throws the first error of the file system or the database
 */
export async function keepArrival(file: InstanceFile, arrival: Arrival, place: KeepPlace): Promise<Accepted> {
  const finalPath = join(place.received, arrival.path);
  const { studyInstanceUid } = arrival.header;
  const mark = place.marks.hold(dirname(finalPath), { studyInstanceUid, owner: ownerOf(arrival) });
  let unrecorded: string | undefined;
  try {
    if (!mark.isReady) await mark.ready;
    await file.place(finalPath, arrival.sha256);
    unrecorded = arrival.path;
    const [flush, record] = await Promise.allSettled([file.flush(), place.commit.add(arrival)]);
    if (record.status === "rejected") throw record.reason;
    unrecorded = undefined;
    const { row } = record.value;
    if (flush.status === "rejected") {
      // a row that is settled must not hold the horizon back for as long as the hub runs
      if (row !== undefined && (await place.withdraw(row))) place.horizon.flushed(row);
      throw flush.reason;
    }
    if (row !== undefined) place.horizon.flushed(row);
    return record.value;
  } finally {
    place.marks.release(mark, unrecorded);
  }
}
