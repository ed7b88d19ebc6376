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
import { GroupCommit } from "./group-commit.ts";
import { DurableInstanceWriter } from "./instance-writer.ts";
import { IntakeCounts } from "./intake-counts.ts";
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

  open(source: IntakeSource): IntakeAssociation {
    const association = { id: randomUUID(), source };
    return {
      receive: (object) => this.#receive(object, association),
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

  #receive(object: IncomingObject, association: { id: string; source: IntakeSource }): InstanceWriter {
    const { space, trees, durable, productTag, marks, horizon, unflushed } = this.#parts;
    const refused = (code: IntakeRefusal["code"]) => this.#counts.refused(code);
    const grant = SpaceGrant.open(space);
    if (!grant) {
      return refusing("intake.out-of-space", "too little free disk space", refused);
    }
    return new DurableInstanceWriter(object, {
      partPath: `${this.#incoming}/${++this.#objects}.part`,
      received: trees.received,
      commit: this.#commit,
      durable,
      association,
      grant,
      productTag,
      marks,
      horizon,
      withdraw: (row) => unflushed.one(row),
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
