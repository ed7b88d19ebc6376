// The one door for instances: gives each association its writers and keeps its studies open meanwhile.
import { randomUUID } from "node:crypto";
import {
  type IncomingObject,
  type InstanceWriter,
  type Intake,
  type IntakeAssociation,
  IntakeRefusal,
  type IntakeSource,
  type Metrics,
} from "@thalamus/sdk";
import { type FileTrees, incomingFolder } from "../files/file-trees.ts";
import type { SpaceAccount } from "../files/space-account.ts";
import { SpaceGrant } from "../files/space-grant.ts";
import type { EndedAssociations } from "./ended-associations.ts";
import type { FlushHorizon } from "./flush-horizon.ts";
import type { FolderMarks } from "./folder-marks.ts";
import { type Arrival, GroupCommit } from "./group-commit.ts";
import type { WriterPlace } from "./incoming-file.ts";
import { DurableInstanceWriter } from "./instance-writer.ts";
import { IntakeCounts } from "./intake-counts.ts";
import { type NiftiFile, NiftiWriter } from "./nifti-writer.ts";
import type { ProductTag } from "./product-tag.ts";
import type { ArrivalRecorder } from "./record-arrivals.ts";
import type { StudyGrowth } from "./study-growth.ts";
import type { UnflushedRows } from "./unflushed-rows.ts";

export interface IntakeParts {
  readonly hubId: string;
  readonly trees: FileTrees;
  /** Says what may be written without reaching below the low mark. */
  readonly space: SpaceAccount;
  /** Whether files are flushed before the sender gets its answer. */
  readonly durable: boolean;
  readonly recorder: ArrivalRecorder;
  readonly ended: EndedAssociations;
  readonly growth: StudyGrowth;
  readonly marks: FolderMarks;
  readonly horizon: FlushHorizon;
  readonly unflushed: UnflushedRows;
  readonly productTag: ProductTag | undefined;
  readonly metrics: Metrics;
}

/** An association that brings files of NIfTI studies, too. */
export interface UploadAssociation extends IntakeAssociation {
  receiveNifti(file: NiftiFile): InstanceWriter;
}

export class DurableIntake implements Intake {
  readonly #parts: IntakeParts;
  readonly #commit: GroupCommit;
  readonly #incoming: string;
  readonly #counts: IntakeCounts;
  #objects = 0;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#counts = new IntakeCounts(parts.metrics);
    this.#commit = new GroupCommit(this.#counts.counting((batch) => parts.recorder.record(batch)));
    this.#incoming = incomingFolder(parts.trees, parts.hubId);
  }

  /**
   * @param id of the association; an upload that is taken up again keeps its own
   * @param owner the cloud order that its studies belong to
   */
  open(source: IntakeSource, id: string = randomUUID(), owner?: string): UploadAssociation {
    const association = { id, source, owner };
    return {
      receive: (object) => this.#receive(object, association),
      receiveNifti: (file) => this.#receiveNifti(file, association),
      close: () => this.#close(association.id),
    };
  }

  /** For instances that are put on record without a sender. */
  get commit(): GroupCommit {
    return this.#commit;
  }

  /** Resolves when every accepted instance has its row. */
  async drain(): Promise<void> {
    await this.#commit.drain();
    await this.#parts.growth.write();
    await this.#parts.horizon.stop();
    this.#parts.marks.close();
  }

  #receive(object: IncomingObject, association: Arrival["association"]): InstanceWriter {
    const place = this.#placeFor(association);
    return place ? new DurableInstanceWriter(object, place) : this.#refusing();
  }

  #receiveNifti(file: NiftiFile, association: Arrival["association"]): InstanceWriter {
    const place = this.#placeFor(association);
    return place ? new NiftiWriter(file, place) : this.#refusing();
  }

  /** @returns undefined when there is no room for an object */
  #placeFor(association: Arrival["association"]): WriterPlace | undefined {
    const { space, trees, durable, productTag, marks, horizon, unflushed } = this.#parts;
    const grant = SpaceGrant.open(space);
    if (!grant) return undefined;
    return {
      partPath: `${this.#incoming}/${++this.#objects}.part`,
      received: trees.received,
      commit: this.#commit,
      durable,
      association,
      grant,
      // whoever orders over the API says there what is to be run
      productTag: association.owner === undefined ? productTag : undefined,
      marks,
      horizon,
      withdraw: (row) => unflushed.one(row),
      refused: (code) => this.#counts.refused(code),
    };
  }

  /** Lets the sender finish its object without keeping a byte of it, then says why. */
  #refusing(): InstanceWriter {
    return {
      write: () => undefined,
      finish: () => {
        this.#counts.refused("intake.out-of-space");
        return Promise.reject(new IntakeRefusal("intake.out-of-space", "too little free disk space"));
      },
      abandon: () => undefined,
    };
  }

  /** The quiet time of the association's studies starts now. */
  async #close(associationId: string): Promise<void> {
    await this.#commit.drain();
    await this.#parts.ended.end(associationId);
  }
}
