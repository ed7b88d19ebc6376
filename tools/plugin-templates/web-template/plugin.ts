// web-template: tells whether a study has arrived, by its accession number.
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import {
  ArchiveToken,
  defineWeb,
  LogToken,
  Permanent,
  Settings,
  Type,
  type WebCall,
  type WebService,
} from "@thalamus/sdk";

export const TemplateSettings = Settings({
  path: Type.String({
    title: "Path",
    description: "Where it is on the hub's HTTP server.",
    default: "/web-template",
  }),
  tokenSha256: Type.String({
    title: "SHA-256 of the token",
    description: "64 hex digits; clients send the token itself: Authorization: Bearer …",
    pattern: "^[0-9a-fA-F]{64}$|^$",
    default: "",
  }),
});

/** An answer: status, and what goes out as JSON. */
interface Answer {
  readonly status: number;
  readonly body: object;
}

const refusal = (status: number, code: string, message: string): Answer => ({
  status,
  body: { code, message },
});

export default defineWeb({
  name: "web-template",
  title: "Template",
  summary: "Tells whether a study has arrived, by its accession number.",
  settings: TemplateSettings,
  needs: { archive: ArchiveToken, log: LogToken },
  start: async ({ settings, archive, log }): Promise<WebService> => {
    if (settings.tokenSha256 === "") {
      throw new Permanent("web-template.no-token", "set tokenSha256: nobody may ask without a token");
    }
    const token = Buffer.from(settings.tokenSha256, "hex");
    const open = new Set<Promise<Answer>>();
    let stopping = false;

    const answer = async ({ request, path, query }: WebCall): Promise<Answer> => {
      if (stopping) return refusal(503, "web-template.stopping", "Try again later.");
      if (!shows(request, token)) return refusal(401, "web-template.unauthorized", "Show the token.");
      const accession = query.get("accession");
      if (request.method !== "GET" || path !== "/arrived" || !accession) {
        return refusal(404, "web-template.not-found", "Ask for /arrived?accession=…");
      }
      const matching = { kind: "any", values: [accession] } as const;
      const conditions = [{ key: "accessionNumber", matching }] as const;
      const { page } = await archive.studies({ conditions, offset: 0, limit: 1 }, "web-template");
      return { status: 200, body: { arrived: page.length > 0, instances: page[0]?.instanceCount ?? 0 } };
    };

    return {
      path: settings.path,
      handle: async (call) => {
        const work = answer(call);
        open.add(work);
        const { status, body } = await work.finally(() => open.delete(work));
        // never the address: it holds the accession number
        log.info("request.answered", { status });
        call.request.resume();
        call.response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
      },
      stop: async () => {
        stopping = true;
        await Promise.allSettled(open);
      },
    };
  },
});

function shows({ headers }: IncomingMessage, token: Buffer): boolean {
  const [, shown = ""] = /^Bearer (\S+)$/i.exec(headers.authorization ?? "") ?? [];
  return timingSafeEqual(createHash("sha256").update(shown).digest(), token);
}
