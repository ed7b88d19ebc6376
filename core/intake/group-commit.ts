// One transaction for all instances that wait: none pays a round trip of its own.
import type { Accepted, IntakeSource } from "@thalamus/sdk";
import { Gathering } from "../database/gathering.ts";
import type { InstanceHeader } from "./study-header.ts";

/** An instance whose file has its final name and whose row is not there yet. */
export interface Arrival {
  readonly header: InstanceHeader;
  readonly transferSyntaxUid: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly path: string;
  readonly association: {
    readonly id: string;
    readonly source: IntakeSource;
    /** The cloud order that brings it; see study-key.ts. */
    readonly owner?: string | undefined;
  };
}

/** An arrival that is on record. */
export interface Recorded extends Accepted {
  /** Id of its row; absent for a duplicate, which has none of its own. */
  readonly row?: number;
}

/** Writes a batch in one transaction and answers each arrival, in order. */
export type BatchWriter = (batch: readonly Arrival[]) => Promise<readonly Recorded[]>;

const LARGEST_BATCH = 500;

/** While one batch is on its way to the disk the next one gathers; one bad row does not refuse its neighbours. */
export class GroupCommit extends Gathering<Arrival, Recorded> {
  constructor(write: BatchWriter) {
    super(write, LARGEST_BATCH);
  }
}
