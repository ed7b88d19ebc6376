// A ledger over a fresh database, with studies whose orders are to be carried out outside, for tests of steps.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { freshDatabase } from "../../../test/support/fresh-database.ts";
import { connect } from "../../database/database.ts";
import { JournalEntry } from "../../database/entities/journal-entry.ts";
import { Order } from "../../database/entities/order.ts";
import { Step } from "../../database/entities/step.ts";
import { Study } from "../../database/entities/study.ts";
import { SpaceAccount } from "../../files/space-account.ts";
import { openLog } from "../../observe/log.ts";
import { Ledger } from "../ledger.ts";
import { Route } from "../route.ts";
import { StepActions } from "../step-actions.ts";
import type { ClaimedStep } from "../step-claim.ts";
import { StepQueue } from "../step-queue.ts";

export const CLOUD = "cloud-a";

export class OrderLine {
  readonly orm: MikroORM;
  readonly queue: StepQueue;
  readonly route: Route;
  readonly actions: StepActions;

  private constructor(orm: MikroORM, queue: StepQueue) {
    this.orm = orm;
    this.queue = queue;
    this.route = new Route(
      {
        ...{ check: [], deidentify: [], deliver: [], products: new Map() },
        process: [{ plugin: CLOUD, product: "far-away", params: {} }],
        formats: () => ["dicom"],
      },
      queue,
    );
    this.actions = new StepActions({ orm, queue, route: this.route });
  }

  static async open(): Promise<OrderLine> {
    const url = await freshDatabase();
    const log = openLog({ level: "error", terminal: false });
    return new OrderLine(await connect(url), await StepQueue.open(url, [CLOUD], log));
  }

  async close(): Promise<void> {
    await this.queue.close();
    await this.orm.close();
  }

  /** One try fails for good after the third. */
  ledger(hubId: string = randomUUID()): Ledger {
    return new Ledger({
      ...{ orm: this.orm, queue: this.queue, route: this.route, hubId },
      retry: { attempts: 3, firstDelaySeconds: 0.01, longestDelaySeconds: 0.01 },
      space: new SpaceAccount({ warnBelow: 0, keepFree: 0 }),
      repeatable: () => true,
      outbound: () => true,
      log: openLog({ level: "error", terminal: false }),
      settled: () => {},
    });
  }

  /** @returns ids of a study and of the step that carries out its order */
  async ordered(): Promise<{ readonly study: string; readonly step: string }> {
    return this.orm.em.fork().transactional(async (em) => {
      const studyInstanceUid = `1.2.${Date.now()}.${Math.floor(Math.random() * 1e9)}`;
      const study = em.create(Study, { id: randomUUID(), studyInstanceUid, stableAt: new Date() });
      await em.flush();
      await em.refresh(study);
      await this.route.begin(em, study);
      const step = await em.findOneOrFail(Step, { study: study.id, phase: "process" });
      return { study: study.id, step: step.id };
    });
  }

  async claim(ledger: Ledger, stepId: string): Promise<ClaimedStep> {
    const [claimed] = await ledger.claim(CLOUD, [{ jobId: randomUUID(), stepId }]);
    if (!claimed) throw new Error("the step was not ready");
    return claimed;
  }

  row = (stepId: string) => this.orm.em.fork().findOneOrFail(Step, stepId);

  async status(studyId: string): Promise<{ readonly study: string; readonly order: string }> {
    const em = this.orm.em.fork();
    const { status: study } = await em.findOneOrFail(Study, studyId);
    const { status: order } = await em.findOneOrFail(Order, { study: studyId });
    return { study, order };
  }

  async events(studyId: string): Promise<string[]> {
    const lines = await this.orm.em.fork().find(JournalEntry, { studyId }, { orderBy: { id: "asc" } });
    return lines.map(({ event }) => event);
  }
}
