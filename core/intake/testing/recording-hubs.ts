// Several hubs on one database that put arrivals on record, and arrivals for them, for tests of races between hubs.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { freshDatabase } from "../../../test/support/fresh-database.ts";
import { connect } from "../../database/database.ts";
import { openLog } from "../../observe/log.ts";
import { Route } from "../../steps/route.ts";
import { StepQueue } from "../../steps/step-queue.ts";
import type { Arrival } from "../group-commit.ts";
import { QuickArrivals } from "../quick-arrivals.ts";
import { ArrivalRecorder } from "../record-arrivals.ts";
import { StudyGrowth } from "../study-growth.ts";
import { StudyProducts } from "../study-products.ts";

const log = openLog({ level: "error", terminal: false });
const EMPTY = {
  format: "dicom" as const,
  ...{ patientName: "", patientId: "", issuerOfPatientId: "", patientBirthDate: "", patientSex: "" },
  ...{ patientAge: "", accessionNumber: "", studyId: "", studyDate: "", studyTime: "" },
  ...{ studyDescription: "", referringPhysicianName: "" },
};

export interface RecordingHubs {
  readonly databaseUrl: string;
  readonly orm: MikroORM;
  readonly hubs: readonly ArrivalRecorder[];
  close(): Promise<void>;
}

/** Late instances make a study of their own on these hubs. */
export async function openRecordingHubs(count: number): Promise<RecordingHubs> {
  const databaseUrl = await freshDatabase();
  const orm = await connect(databaseUrl);
  const queue = await StepQueue.open(databaseUrl, [], log);
  const route = new Route(
    { check: [], deidentify: [], process: [], deliver: [], products: new Map(), formats: () => ["dicom"] },
    queue,
  );
  const quick = Array.from({ length: count }, () => {
    const products = new StudyProducts(log);
    return new QuickArrivals({ databaseUrl, hubId: randomUUID(), durable: false, log, products });
  });
  const hubs = quick.map((own) => {
    const products = new StudyProducts(log);
    const growth = new StudyGrowth(orm, log);
    const horizon = { committed: () => undefined };
    const lateInstances = "new-study";
    return new ArrivalRecorder({
      ...{ orm, route, hubId: randomUUID(), quick: own, products, growth, horizon, lateInstances },
    });
  });
  const close = async () => {
    for (const one of quick) await one.close();
    await queue.close();
    await orm.close();
  };
  return { databaseUrl, orm, hubs, close };
}

/**
 * @param content tells two contents of one instance apart
 * @param owner of a cloud order
 */
export function arrival(study: string, number: number, content = number, owner?: string): Arrival {
  return {
    header: {
      sopClassUid: "1.2.840.10008.5.1.4.1.1.4",
      sopInstanceUid: `${study}.${number}`,
      studyInstanceUid: study,
      seriesInstanceUid: `${study}.0`,
      modality: "MR",
      study: EMPTY,
      chosen: undefined,
    },
    transferSyntaxUid: "1.2.840.10008.1.2.1",
    sha256: content.toString(16).padStart(64, "0"),
    bytes: 1000,
    path: `${owner ?? study}/${number}-${content}`,
    association: {
      id: randomUUID(),
      source: { plugin: "test", callingAe: "MR1", calledAe: "HUB", remoteAddress: "127.0.0.1" },
      owner,
    },
  };
}
