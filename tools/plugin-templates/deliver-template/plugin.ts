// deliver-template: puts the PDF report to an HTTP address.
import { readFile } from "node:fs/promises";
import {
  defineDelivery,
  delivered,
  eachStep,
  Permanent,
  type ResultArtifact,
  type ResultView,
  Settings,
  Transient,
  Type,
} from "@thalamus/sdk";

export const TemplateSettings = Settings({
  url: Type.String({
    title: "Address",
    description: "Folder that reports are put into: https://reports.example.org/in",
    pattern: "^https?://",
  }),
});

export default defineDelivery({
  name: "deliver-template",
  title: "Template",
  summary: "Puts the PDF report to an HTTP address.",
  settings: TemplateSettings,
  needs: {},
  // the result's id is the name, so a second time overwrites the first
  onInterrupted: "repeat",
  deliver: (steps$, { settings }) =>
    steps$.pipe(
      eachStep(
        async (step, signal) => {
          const report = reportOf(step.result);
          const body = await readFile(report.path);
          // nothing may leave the house before this is recorded
          await step.acting();
          const headers = { "content-type": "application/pdf", "idempotency-key": step.id };
          const url = `${settings.url}/${step.result.id}.pdf`;
          const status = await ask(url, { method: "PUT", headers, body, signal });
          if (status >= 500) throw new Transient("deliver-template.busy", `The address answered ${status}.`);
          if (status >= 300)
            throw new Permanent("deliver-template.refused", `The address answered ${status}.`);
          return delivered({ status, sha256: report.sha256 });
        },
        { width: 4 },
      ),
    ),
  probe: async ({ settings }, signal) => {
    try {
      const status = await ask(settings.url, { method: "HEAD", signal });
      return { ok: status < 300, message: `The address answered ${status}.` };
    } catch (error) {
      if (error instanceof Transient) return { ok: false, message: error.message };
      throw error;
    }
  },
});

/** @throws Transient when there is no answer */
async function ask(url: string, request: RequestInit & { signal: AbortSignal }): Promise<number> {
  try {
    const response = await fetch(url, request);
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    request.signal.throwIfAborted();
    const { code = "no connection" } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    throw new Transient("deliver-template.unreachable", `The address cannot be reached (${code}).`);
  }
}

function reportOf(result: ResultView): ResultArtifact {
  const report = result.artifacts.find(({ name }) => name === "report");
  if (report) return report;
  throw new Permanent("deliver-template.no-report", "The result has no PDF report.");
}
