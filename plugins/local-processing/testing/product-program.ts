// Writes small real products for tests: a product.json and a program that node runs.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What each program may use: the job, and the three ways a product speaks to the hub. */
const PRELUDE = `
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
const { PRODUCT_IN, PRODUCT_OUT, PRODUCT_WORK } = process.env;
const job = JSON.parse(fs.readFileSync(join(PRODUCT_IN, "job.json"), "utf8"));
const files = [];
const say = (event) => process.stdout.write(JSON.stringify(event) + "\\n");
const write = (name, path, mediaType, content, changes = {}) => {
  const target = join(PRODUCT_OUT, path);
  fs.mkdirSync(join(target, ".."), { recursive: true });
  fs.writeFileSync(target, content);
  const sha256 = createHash("sha256").update(content).digest("hex");
  files.push({ name, path, mediaType, bytes: Buffer.byteLength(content), sha256, ...changes });
};
const finish = (changes = {}) => {
  const product = { id: "probe", version: "1.2.3" };
  const result = { contract: "hub.product/1", product, jobId: job.jobId, status: "done", files, ...changes };
  fs.writeFileSync(join(PRODUCT_OUT, "result.json"), JSON.stringify(result));
};
const report = (changes) => write("report", "report.pdf", "application/pdf", "%PDF-", changes);
/** Says on the socket that it lives; the other end sees when it does not any more. */
const live = (path) => connect(path).write(process.pid + "\\n");
const forever = () => setInterval(() => {}, 1000);
`;

/** The product.json of every test product. */
export const PROBE = {
  contract: "hub.product/1",
  id: "probe",
  version: "1.2.3",
  name: "Probe",
  command: ["node", "main.mjs"],
  inputs: [{ name: "dwi", modality: ["MR"] }],
  params: {
    type: "object",
    additionalProperties: false,
    properties: { maxB: { type: "number", minimum: 200 }, mode: { enum: ["auto", "off"] } },
  },
  outputs: [
    { name: "report", path: "report.pdf", mediaType: "application/pdf", required: true },
    { name: "maps", path: "maps/*.nii.gz", mediaType: "application/x-nifti", required: false },
  ],
  resources: { memory: "2Gi", disk: "1Mi", timeoutSeconds: 60 },
};

/**
 * Installs a product whose program is the prelude and `lines`.
 * @param parent a product folder
 * @param changes to its product.json
 */
export async function installProduct(parent: string, lines: string, changes: object = {}): Promise<void> {
  const folder = join(parent, "probe");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "product.json"), JSON.stringify({ ...PROBE, ...changes }));
  await writeFile(join(folder, "main.mjs"), `${PRELUDE}\n${lines}\n`);
}
