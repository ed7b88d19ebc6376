// What was run with which key.
import { CloudUsage, UsageQuery } from "@thalamus/sdk/cloud";
import { invalid } from "../checks.ts";
import { route } from "../route.ts";

const usage = route({
  method: "GET",
  path: "/usage",
  operationId: "usage",
  summary: "Runs that counted, of the token's key, or of all keys of the organisation for an admin key.",
  scope: "usage:read",
  query: UsageQuery,
  answers: { 200: CloudUsage },
  answer: async ({ access, caller, query: { from, to } }) => {
    if (from > to) throw invalid("from must not be behind to.");
    const uses = await access.uses(caller, new Date(from), new Date(to));
    const keys = [...Map.groupBy(uses, ({ keyId }) => keyId)].map(([keyId, own]) => ({
      key_id: keyId,
      key_name: own[0]!.keyName,
      uses: own.map(({ orderId, product, at }) => ({ order_id: orderId, product, at: at.toISOString() })),
    }));
    return { status: 200, body: { from, to, keys } };
  },
});

export const usageRoutes = [usage];
