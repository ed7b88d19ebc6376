// intake-template: receives data sets over HTTP, one PUT for each object.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import {
  defineIntake,
  type IncomingObject,
  type IntakeAssociation,
  IntakeRefusal,
  IntakeToken,
  type Listener,
  LogToken,
  Permanent,
  Port,
  Settings,
  Type,
} from "@thalamus/sdk";

export const TemplateSettings = Settings({
  host: Type.String({ title: "Listen on", description: "Local address to listen on.", default: "127.0.0.1" }),
  port: Port({ title: "Port", description: "TCP port; 0 lets the system choose one.", default: 8104 }),
});

/** `/<SOP class UID>/<SOP instance UID>/<transfer syntax UID>` */
const PATH = /^\/([\d.]{1,64})\/([\d.]{1,64})\/([\d.]{1,64})$/;

export default defineIntake({
  name: "intake-template",
  title: "Template",
  summary: "Receives data sets over HTTP.",
  settings: TemplateSettings,
  needs: { intake: IntakeToken, log: LogToken },
  start: async ({ settings, intake, log }): Promise<Listener> => {
    const server = createServer(async (request, response) => {
      const source = {
        plugin: "intake-template",
        callingAe: "",
        calledAe: "",
        remoteAddress: request.socket.remoteAddress ?? "",
      };
      const association = intake.open(source);
      const { status, code } = await receive(request, association);
      await association.close();
      log.info("object.received", { status, code });
      response.writeHead(status).end(code);
    });
    server.listen(settings.port, settings.host);
    await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
      const where = `${settings.host} port ${settings.port}`;
      throw new Permanent("intake-template.listen-failed", `cannot listen on ${where}: ${error.code}`);
    });
    const { address, port } = server.address() as AddressInfo;
    let stopped: Promise<unknown> | undefined;
    const stop = async (): Promise<void> => {
      stopped ??= once(server, "close");
      server.close();
      server.closeAllConnections();
      await stopped;
    };
    return { address: { host: address, port }, stop };
  },
});

async function receive(request: IncomingMessage, association: IntakeAssociation) {
  const object = objectOf(request);
  if (!object) return { status: 400, code: "intake-template.bad-request" };
  const writer = association.receive(object);
  try {
    for await (const bytes of request) writer.write(bytes as Uint8Array);
  } catch {
    // the sender went away
    writer.abandon();
    return { status: 400, code: "intake-template.broken-off" };
  }
  try {
    await writer.finish();
    return { status: 200, code: "" };
  } catch (error) {
    if (!(error instanceof IntakeRefusal)) throw error;
    return { status: 422, code: error.code };
  }
}

function objectOf({ method, url = "" }: IncomingMessage): IncomingObject | undefined {
  const [, sopClassUid, sopInstanceUid, transferSyntaxUid] = PATH.exec(url) ?? [];
  if (method !== "PUT" || !sopClassUid || !sopInstanceUid || !transferSyntaxUid) return undefined;
  return { sopClassUid, sopInstanceUid, transferSyntaxUid };
}
