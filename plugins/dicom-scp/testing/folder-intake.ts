// An intake for tests that keeps every data set as a file in a temporary folder and remembers associations.
import { createHash } from "node:crypto";
import { EventEmitter, once } from "node:events";
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import {
  type Accepted,
  type IncomingObject,
  type InstanceWriter,
  type Intake,
  type IntakeAssociation,
  IntakeRefusal,
  type IntakeRefusalCode,
  type IntakeSource,
} from "@thalamus/sdk";

type Events = {
  opened: [IntakeSource];
  closed: [IntakeSource];
  writing: [IncomingObject];
  finishing: [IncomingObject];
  abandoned: [IncomingObject];
};

export class FolderIntake implements Intake {
  readonly events = new EventEmitter<Events>();
  readonly received: IncomingObject[] = [];
  openAssociations = 0;
  /** Objects that `finish` refuses, by SOP Instance UID. */
  readonly refusals = new Map<string, IntakeRefusalCode>();
  /** While set, `finish` waits for it. */
  gate: Promise<void> | undefined;
  readonly #folder: string;
  #parts = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  open(source: IntakeSource): IntakeAssociation {
    this.openAssociations += 1;
    this.events.emit("opened", source);
    return {
      receive: (object) => this.#receive(object),
      close: async () => {
        this.openAssociations -= 1;
        this.events.emit("closed", source);
      },
    };
  }

  /** Names of all files there are, finished or not. */
  files(): string[] {
    return readdirSync(this.#folder).sort();
  }

  /** The data set kept for a SOP Instance UID. */
  dataSet(sopInstanceUid: string): Buffer {
    return readFileSync(join(this.#folder, sopInstanceUid));
  }

  /** The next time something happens. */
  async next<E extends keyof Events>(event: E): Promise<Events[E][0]> {
    const [value] = await once(this.events, event);
    return value;
  }

  #receive(object: IncomingObject): InstanceWriter {
    this.#parts += 1;
    const part = join(this.#folder, `${this.#parts}.part`);
    const fd = openSync(part, "wx");
    let first = true;
    const remove = () => {
      closeSync(fd);
      rmSync(part);
    };
    return {
      write: (bytes) => {
        for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
        if (first) this.events.emit("writing", object);
        first = false;
      },
      finish: async () => {
        this.events.emit("finishing", object);
        await this.gate;
        const refusal = this.refusals.get(object.sopInstanceUid);
        if (refusal) {
          remove();
          throw new IntakeRefusal(refusal, "refused by the test");
        }
        fsyncSync(fd);
        closeSync(fd);
        return this.#keep(object, part);
      },
      abandon: () => {
        remove();
        this.events.emit("abandoned", object);
      },
    };
  }

  #keep(object: IncomingObject, part: string): Accepted {
    const final = join(this.#folder, object.sopInstanceUid);
    const outcome = this.#compare(object.sopInstanceUid, part);
    if (outcome === "duplicate") rmSync(part);
    else renameSync(part, outcome === "revised" ? `${final}.${this.#parts}` : final);
    this.received.push(object);
    return { outcome, studyId: "study" };
  }

  #compare(sopInstanceUid: string, part: string): Accepted["outcome"] {
    if (!this.files().includes(sopInstanceUid)) return "stored";
    return digest(this.dataSet(sopInstanceUid)) === digest(readFileSync(part)) ? "duplicate" : "revised";
  }
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
