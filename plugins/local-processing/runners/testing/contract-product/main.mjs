// A product that behaves as the order's parameter `case` says: well, badly, or not at all.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";

const { PRODUCT_IN, PRODUCT_OUT, PRODUCT_WORK } = process.env;
if (process.argv[2] === "describe") {
  process.stdout.write(
    process.env.DESCRIBE_AS ?? fs.readFileSync(join(import.meta.dirname, "product.json"), "utf8"),
  );
  process.exit(0);
}
const job = JSON.parse(fs.readFileSync(join(PRODUCT_IN, "job.json"), "utf8"));
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);
const started = () => say({ type: "progress", value: 0.1, stage: "on" });
const forever = () => setInterval(() => {}, 1000);
const note = (name, content) => fs.writeFileSync(join(PRODUCT_OUT, name), JSON.stringify(content));
/** Says on the socket that it lives; the other end sees when it does not any more. */
const LIFE = join(PRODUCT_WORK, "life.sock");
const live = () => connect(LIFE).on("error", () => process.exit(99));
const LIVING_CHILD = `
  process.on("SIGTERM", () => {});
  require("node:net").connect(${JSON.stringify(LIFE)}).on("connect", () => process.send?.("alive"));
  setInterval(() => {}, 1000);`;

function fail(exitCode, code) {
  say({ type: "error", code, msg: "as ordered" });
  process.exitCode = exitCode;
}

function report() {
  const content = "%PDF-";
  fs.writeFileSync(join(PRODUCT_OUT, "report.pdf"), content);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const file = { name: "report", path: "report.pdf", mediaType: "application/pdf", bytes: 5, sha256 };
  const product = { id: "contract-product", version: "1.0.0" };
  note("result.json", {
    ...{ contract: "hub.product/1", product, jobId: job.jobId, status: "done", files: [file] },
  });
}

const CASES = {
  done: () => {
    started();
    process.stderr.write("said on the other output\n");
    report();
    say({ type: "progress", value: 1, stage: "done" });
  },
  unsuitable: () => fail(3, "NO_SERIES"),
  "bad-job": () => fail(4, "BAD_JOB"),
  internal: () => fail(10, "INTERNAL"),
  "try-again": () => fail(75, "BUSY"),
  silent: () => forever(),
  chatty: () => setInterval(() => console.log("still here"), 20),
  polite: () => {
    process.on("SIGTERM", () => {
      note("goodbye", {});
      process.exit(143);
    });
    started();
    forever();
  },
  stubborn: () => {
    process.on("SIGTERM", () => {});
    live().on("connect", started);
    forever();
  },
  lives: () => {
    live().on("connect", started);
    forever();
  },
  "leaves-behind": () => {
    const stdio = ["ignore", "ignore", "ignore", "ipc"];
    const child = spawn(process.execPath, ["-e", LIVING_CHILD], { stdio });
    child.once("message", () => process.exit(0));
  },
  memory: () => {
    started();
    const held = [];
    setInterval(() => held.push(Buffer.alloc(16 * 1024 ** 2, 1)), 10);
  },
  surroundings: () => {
    const attempt = connect(job.params.port, "127.0.0.1");
    const tell = (connected) => {
      note("seen.json", {
        connected,
        interfaces: Object.keys(networkInterfaces()),
        environment: process.env,
        words: process.argv.slice(2),
        uid: process.getuid?.(),
        input: writeError(join(PRODUCT_IN, "job.json")),
        cores: fs.readFileSync("/proc/self/limits", "utf8").match(/core file size\s+(\S+)/)?.[1],
        privileges: fs.readFileSync("/proc/self/status", "utf8").match(/CapEff:\s+(\w+)/)?.[1],
      });
      process.exit(0);
    };
    attempt.on("connect", () => tell(true)).on("error", () => tell(false));
  },
};

function writeError(path) {
  try {
    fs.appendFileSync(path, "x");
    return "none";
  } catch ({ code }) {
    return code;
  }
}

CASES[job.params.case]();
