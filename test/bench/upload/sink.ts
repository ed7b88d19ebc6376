// A cloud that takes everything and keeps nothing, as a process of its own: the other end of the bench "upload".
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** As a cloud hub divides archives of some hundred MB. */
const PART_BYTES = 16 * 2 ** 20;
const ORDER = randomUUID();
const UPLOAD = randomUUID();
let isComplete = false;
let base = "";
/** Bytes of the parts that came, and what was announced. */
let [came, announced] = [0, 0];

const server = createServer((request, response) => void take(request, response));
server.listen(0, "127.0.0.1", () => {
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.stdout.write(`${base}\n`);
});

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", base);
  if (request.method === "PUT") {
    // curl sends one of these, the plugin many
    for await (const part of request) came += (part as Buffer).length;
    response.writeHead(200, { etag: '"1"' }).end();
    return;
  }
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = parts.length > 0 ? (JSON.parse(Buffer.concat(parts).toString()) as Body) : {};
  if (pathname === "/upload/multipart/complete" && came !== announced) {
    response.writeHead(409).end(JSON.stringify({ error: "part-differs", message: "Other bytes came." }));
    return;
  }
  const answer = JSON.stringify(answerTo(pathname, body));
  response.writeHead(200, { "content-type": "application/json" }).end(answer);
}

interface Body {
  readonly bytes?: number;
  readonly parts?: readonly { readonly part_number: number }[];
}

function answerTo(path: string, { bytes = 0, parts = [] }: Body): object {
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  switch (path) {
    case "/auth/token":
      return { access_token: randomUUID(), token_type: "Bearer", expires_in: 3600, scope: "orders:write" };
    case "/upload/multipart/initiate": {
      const count = Math.ceil(bytes / PART_BYTES);
      [came, announced] = [0, bytes];
      return { upload_id: UPLOAD, part_bytes: PART_BYTES, parts: count, received: [], expires_at };
    }
    case "/upload/multipart/presigned-urls":
      return {
        parts: parts.map(({ part_number }) => {
          return { part_number, url: `${base}/parts/${part_number}`, headers: {}, expires_at };
        }),
      };
    case "/results":
      return { order_id: ORDER, study_uid: "1.2.3", patient_id: "P-1", results: [result()] };
    case "/new-order":
      isComplete = false;
      return order();
    case "/upload/multipart/complete":
      isComplete = true;
      return order();
    default:
      return order();
  }
}

function order(): object {
  const at = new Date().toISOString();
  return {
    ...{ order_id: ORDER, status: isComplete ? "DX_STARTED" : "PENDING", progress: 0, info: "" },
    ...{ products: ["x"], study_uid: null, study_name: null, batch_id: null, batch_name: null },
    ...{ created_at: at, updated_at: at, expires_at: null, failure: null, results: [], poll_after: null },
  };
}

const result = (): object => ({
  ...{ product: "x", product_version: "1", kind: "diagnostic", created_at: new Date().toISOString() },
  ...{ indexes: [], warnings: [], error: null, files: [] },
  sha256: createHash("sha256").update("").digest("hex"),
});
