// The one door for instances: gives each association its writers and keeps its studies open meanwhile.
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  type IncomingObject,
  type InstanceWriter,
  type Intake,
  type IntakeAssociation,
  IntakeRefusal,
  type IntakeSource,
  type Metrics,
} from "@thalamus/sdk";
import type { FileTrees } from "../files/file-trees.ts";
import type { FreeSpace } from "../files/free-space.ts";
import type { EndedAssociations } from "./ended-associations.ts";
import { GroupCommit } from "./group-commit.ts";
import { DurableInstanceWriter } from "./instance-writer.ts";
import { IntakeCounts } from "./intake-counts.ts";
import { NIFTI_PART, type NiftiFile, NiftiWriter } from "./nifti-writer.ts";
import type { ProductTag } from "./product-tag.ts";
import type { ArrivalRecorder } from "./record-arrivals.ts";

export interface IntakeParts {
  readonly hubId: string;
  readonly trees: FileTrees;
  readonly space: FreeSpace;
  /** With less than this many free bytes nothing is taken. */
  readonly keepFreeBytes: number;
  /** Whether files are flushed before the sender gets its answer. */
  readonly durable: boolean;
  readonly recorder: ArrivalRecorder;
  readonly ended: EndedAssociations;
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

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#counts = new IntakeCounts(parts.metrics);
    this.#commit = new GroupCommit(this.#counts.counting((batch) => parts.recorder.record(batch)));
    // a folder for each hub: another hub on the same files must not sweep it away
    this.#incoming = join(parts.trees.incoming, parts.hubId);
    mkdirSync(this.#incoming, { recursive: true, mode: 0o700 });
  }

  /** @param id of the association; an upload that is taken up again keeps its own */
  open(source: IntakeSource, id: string = randomUUID()): UploadAssociation {
    const association = { id, source };
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
  drain(): Promise<void> {
    return this.#commit.drain();
  }

  #receive(object: IncomingObject, association: { id: string; source: IntakeSource }): InstanceWriter {
    const { space, keepFreeBytes, trees, durable, productTag } = this.#parts;
    const refused = (code: IntakeRefusal["code"]) => this.#counts.refused(code);
    if (space.bytes < keepFreeBytes) {
      return refusing("intake.out-of-space", "too little free disk space", refused);
    }
    return new DurableInstanceWriter(object, {
      incomingPath: join(this.#incoming, `${randomUUID()}.part`),
      received: trees.received,
      commit: this.#commit,
      durable,
      association,
      productTag,
      refused,
    });
  }

  #receiveNifti(file: NiftiFile, association: { id: string; source: IntakeSource }): InstanceWriter {
    const { space, keepFreeBytes, trees, durable } = this.#parts;
    const refused = (code: IntakeRefusal["code"]) => this.#counts.refused(code);
    if (space.bytes < keepFreeBytes) {
      return refusing("intake.out-of-space", "too little free disk space", refused);
    }
    return new NiftiWriter(file, {
      incomingPath: join(this.#incoming, `${randomUUID()}${NIFTI_PART}`),
      received: trees.received,
      commit: this.#commit,
      durable,
      association,
      refused,
    });
  }

  /** The quiet time of the association's studies starts now. */
  async #close(associationId: string): Promise<void> {
    await this.#commit.drain();
    await this.#parts.ended.end(associationId);
  }
}

/** Lets the sender finish its object without keeping a byte of it, then says why. */
function refusing(
  code: "intake.out-of-space",
  message: string,
  refused: (code: IntakeRefusal["code"]) => void,
): InstanceWriter {
  return {
    write: () => undefined,
    finish: () => {
      refused(code);
      return Promise.reject(new IntakeRefusal(code, message));
    },
    abandon: () => undefined,
  };
}
