// What tests of this plugin share: a result on disk, the hub's own services, and a delivery to a real server.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeliverStep, Outcome, ResultView, StudyIdentity } from "@thalamus/sdk";
import { artifactOf, deliverStepOf, outcomeOf, resultOf, studyOfFiles } from "@thalamus/sdk/testing";
import { scopeOf } from "@thalamus/sdk/testing/contracts";
import { realServices } from "../../../test/support/real-services.ts";
import plugin from "../plugin.ts";

export const PDF = Buffer.from("%PDF-1.4\nreport of a patient who does not exist\n%%EOF\n");

export const IDENTITY: Partial<StudyIdentity> = {
  patientName: 'MUSTER^ERIKA "X"\\',
  patientId: "CANARY-4711",
  issuerOfPatientId: "HOSPITAL",
  patientBirthDate: "19640812",
  patientSex: "F",
  accessionNumber: "A-77",
  studyInstanceUid: "1.2.276.0.7230010.3.1.2.1",
  studyDate: "20240412",
};

export class RestBench implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "deliver-rest-"));
  readonly services = realServices();

  scope(settings: object) {
    const local = { privateNetworks: ["127.0.0.0/8"], ...settings };
    return scopeOf(plugin, local, this.services.offered);
  }

  async step(view: Partial<ResultView> = {}, id?: string): Promise<DeliverStep & { acted: number }> {
    const file = (name: string, type: string, content: Buffer | string) => {
      const path = join(this.folder, name.replaceAll("/", "-"));
      writeFileSync(path, content);
      return artifactOf(name, type, path);
    };
    const artifacts = [
      await file("report", "application/pdf", PDF),
      await file("features", "text/csv", "region,FA\nbrain,0.43\n"),
    ];
    const result = resultOf(artifacts, { indexes: [{ name: "FA", value: 0.43, unit: "1" }], ...view });
    return deliverStepOf(await studyOfFiles([], IDENTITY), result, id);
  }

  deliver(step: DeliverStep, settings: object): Promise<Outcome> {
    return outcomeOf(plugin.deliver, step, this.scope(settings));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.services.http.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
