// A database with studies, orders and a vault, and copies of studies in a workspace, for tests of what is kept.
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import type { NewDeidentifiedStudy } from "@thalamus/sdk";
import { derivedUid } from "@thalamus/sdk/dicom";
import { freshDatabase } from "../../../test/support/fresh-database.ts";
import { connect } from "../../database/database.ts";
import { Order } from "../../database/entities/order.ts";
import { Step } from "../../database/entities/step.ts";
import { Study, type StudyRow } from "../../database/entities/study.ts";
import { type FileTrees, openFileTrees } from "../../files/file-trees.ts";
import { openLog } from "../../observe/log.ts";
import { openSiteSecret, type SiteSecret } from "../../secrets/site-secret.ts";
import type { ClaimedStep } from "../../steps/step-claim.ts";
import { workspaceOf } from "../../steps/step-view.ts";
import { keepCopy } from "../keep-copy.ts";
import { stageCopy } from "../stage-copy.ts";
import { PseudonymVault } from "../vault.ts";

export type Patient = Partial<Pick<StudyRow, "patientId" | "issuerOfPatientId" | "patientName">>;

export class VaultSite {
  readonly folder: string;
  readonly orm: MikroORM;
  readonly trees: FileTrees;
  readonly secret: SiteSecret;
  readonly vault: PseudonymVault;

  private constructor(folder: string, orm: MikroORM, secret: SiteSecret) {
    this.folder = folder;
    this.orm = orm;
    this.trees = openFileTrees(folder);
    this.secret = secret;
    this.vault = new PseudonymVault(secret);
  }

  static async open(): Promise<VaultSite> {
    const folder = mkdtempSync(join(tmpdir(), "thalamus-vault-"));
    const orm = await connect(await freshDatabase());
    const log = openLog({ level: "error", terminal: false });
    const secret = await openSiteSecret({
      ...{ orm, dataFolder: folder, keyFile: undefined, previousKeyFiles: [], log },
    });
    return new VaultSite(folder, orm, secret);
  }

  async close(): Promise<void> {
    await this.orm.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async study(patient: Patient = { patientId: randomUUID() }): Promise<StudyRow> {
    const em = this.orm.em.fork();
    const id = randomUUID();
    const studyInstanceUid = derivedUid("study of a test", id);
    em.create(Study, { id, studyInstanceUid, stableAt: new Date(), ...patient });
    await em.flush();
    return this.orm.em.fork().findOneOrFail(Study, id);
  }

  async order(study: StudyRow, revision = study.revision): Promise<string> {
    const em = this.orm.em.fork();
    const id = randomUUID();
    em.create(Order, { id, study: study.id, revision, product: "far-away" });
    await em.flush();
    return id;
  }

  /** A step of the study's de-identification, in the hands of a hub. */
  async claimed(study: StudyRow, revision = study.revision): Promise<ClaimedStep> {
    const em = this.orm.em.fork();
    const id = randomUUID();
    em.create(Step, {
      ...{ id, study: study.id, revision, phase: "deidentify", target: "deid" },
      ...{ state: "claimed", claimToken: randomUUID(), hubId: randomUUID() },
    });
    await em.flush();
    return (await this.orm.em.fork().findOneOrFail(Step, id)) as ClaimedStep;
  }

  /** A copy in the step's workspace, as a transform leaves it. */
  copy(step: ClaimedStep, names: Partial<NewDeidentifiedStudy> = {}, count = 2): NewDeidentifiedStudy {
    const folder = join(workspaceOf(this.trees, step), "copy");
    mkdirSync(folder, { recursive: true });
    const file = (name: string) => {
      const text = `${step.study.id} ${name}`;
      writeFileSync(join(folder, name), text);
      const sha256 = createHash("sha256").update(text).digest("hex");
      return { path: join(folder, name), bytes: text.length, sha256 };
    };
    const uid = (what: string) => derivedUid("copy of a test", `${step.study.id} ${what}`);
    return {
      studyInstanceUid: uid("study"),
      patientPseudonym: `P-${step.study.id}`,
      files: Array.from({ length: count }, (_, index) => ({
        ...file(`${index}.dcm`),
        ...{ sopInstanceUid: uid(String(index)), seriesInstanceUid: uid("series"), sopClassUid: "1.2" },
        ...{ transferSyntaxUid: "1.2.840.10008.1.2.1", modality: "MR" },
      })),
      manifest: file("manifest.json"),
      changes: { "A-078": 3 },
      lines: [],
      ...names,
    };
  }

  /** Stages and keeps a copy in a transaction of its own. */
  async keep(
    step: ClaimedStep,
    copy: NewDeidentifiedStudy,
    after: (em: EntityManager) => Promise<void> = async () => {},
  ): Promise<void> {
    const staged = await stageCopy(copy, workspaceOf(this.trees, step));
    await this.orm.em.fork().transactional(async (em) => {
      await keepCopy(em, this, step, copy, staged);
      await after(em);
    });
  }
}
