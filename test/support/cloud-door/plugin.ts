// A small cloud API for tests of who may use one: says who calls, counts runs, takes heartbeats, all by the key's secret.
import { type CloudAccess, CloudAccessToken, defineWeb, Settings, type WebCall } from "@thalamus/sdk";

export const DOOR = "/cloud-door";

export default defineWeb({
  name: "cloud-door",
  title: "Cloud door",
  summary: "Lets programs in by their keys.",
  settings: Settings({}),
  needs: { access: CloudAccessToken },
  start: async ({ access }) => ({
    path: DOOR,
    handle: async (call) => {
      const { status, body } = await answerOf(call, access);
      call.response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    },
    stop: async () => undefined,
  }),
});

async function answerOf({ request, path, query }: WebCall, access: CloudAccess) {
  const caller = await access.callerOfSecret(String(request.headers["x-api-key"] ?? ""));
  if (!caller) return { status: 401, body: {} };
  const product = await access.productNamed(caller.organisationId, query.get("product") ?? "");
  switch (path) {
    case "/caller":
      return { status: 200, body: caller };
    case "/run":
      if (product === undefined) return { status: 404, body: {} };
      return {
        status: 200,
        body: { counted: await access.countUse(caller, query.get("order") ?? "", product) },
      };
    case "/heartbeat":
      await access.heartbeat(caller, JSON.parse(await textOf(request)));
      return { status: 200, body: {} };
    default:
      return { status: 404, body: {} };
  }
}

async function textOf(request: WebCall["request"]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
