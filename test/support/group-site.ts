// A hub whose groups can report by REST and by mail, with small studies that go through it in a moment.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Dataset } from "@thalamus/sdk/dicom";
import type { Static } from "typebox";
import { vi } from "vitest";
import { createDicomSender } from "../../core/dicom/dicom-sender.ts";
import type { GroupInfo, GroupReportInfo } from "../../core/http/routes/group-shapes.ts";
import type { ApiClient } from "./api-client.ts";
import { DICOM_LISTENER, type TestConfig } from "./hub-in-test.ts";
import { smallFile } from "./small-dicom.ts";
import { onlyStudy } from "./study-watch.ts";

export type GroupView = Static<typeof GroupInfo>;
export type GroupReportView = Static<typeof GroupReportInfo>;

export interface GroupDestinations {
  readonly web?: string;
  readonly mailPort?: number;
}

const PRODUCTS = resolve(import.meta.dirname, "products");

/** A folder with a product of another name that does the same. */
function secondProduct(): string {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-product-"));
  const product = join(folder, "second");
  cpSync(join(PRODUCTS, "quick-report"), product, { recursive: true });
  for (const name of readdirSync(product)) {
    const text = readFileSync(join(product, name), "utf8");
    writeFileSync(join(product, name), text.replaceAll("quick-report", "second"));
  }
  return folder;
}

/** Destinations `registry` (REST) and `trial-mail`; results themselves are delivered nowhere. */
export function groupLine({ web, mailPort }: GroupDestinations): TestConfig {
  const mail = {
    ...{ host: "localhost", port: mailPort, security: "none" },
    ...{ from: "hub@example.org", to: "one@example.org" },
  };
  const privateNetworks = ["127.0.0.0/8"];
  return {
    plugins: [
      DICOM_LISTENER,
      { use: "local-processing", settings: { productFolders: [PRODUCTS, secondProduct()] } },
      ...(web ? [{ use: "deliver-rest", name: "registry", settings: { url: web, privateNetworks } }] : []),
      ...(mailPort ? [{ use: "deliver-email", name: "trial-mail", settings: mail }] : []),
    ],
    route: { process: [{ plugin: "local-processing", product: "quick-report" }] },
  };
}

/** Sends a study of two small objects over DICOM. @returns its id in the hub */
export async function sendSmall(
  api: ApiClient,
  dicomPort: number,
  study: string,
  values: Partial<Dataset> = {},
): Promise<string> {
  const { body } = await api.call<{ data: { id: string }[] }>("GET", "/api/studies?perPage=500");
  const before = new Set(body.data.map(({ id }) => id));
  await sendObjects(dicomPort, study, [1, 2], values);
  return onlyStudy(api, before);
}

export async function sendObjects(
  dicomPort: number,
  study: string,
  numbers: readonly number[],
  values: Partial<Dataset> = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "thalamus-small-"));
  const files = numbers.map((number) => join(folder, `${number}.dcm`));
  for (const [at, path] of files.entries()) writeFileSync(path, smallFile(study, numbers[at]!, values));
  const peer = { host: "127.0.0.1", port: dicomPort, calledAe: "THALAMUS", callingAe: "TESTSCU" };
  await createDicomSender().store(peer, files, AbortSignal.timeout(20_000));
  rmSync(folder, { recursive: true, force: true });
}

export async function newGroup(api: ApiClient, form: object): Promise<GroupView> {
  const { status, body } = await api.call<GroupView>("POST", "/api/groups", {
    products: ["quick-report"],
    ...form,
  });
  if (status !== 201) throw new Error(`creating answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

/** The reports of a group, newest first, as soon as the condition holds. */
export async function reportsWhere(
  api: ApiClient,
  groupId: string,
  condition: (reports: readonly GroupReportView[]) => boolean,
): Promise<readonly GroupReportView[]> {
  let reports: readonly GroupReportView[] = [];
  const look = async () => {
    const { body } = await api.call<{ data: GroupReportView[] }>("GET", `/api/groups/${groupId}/reports`);
    reports = body.data;
    if (!condition(reports))
      throw new Error(`the reports are ${JSON.stringify(reports.map(({ state }) => state))}`);
  };
  await vi.waitFor(look, { timeout: 30_000, interval: 50 });
  return reports;
}
