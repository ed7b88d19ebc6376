// Whether a token is good.
import { TokenTest } from "@thalamus/sdk/cloud";
import { route } from "../route.ts";

const testToken = route({
  method: "GET",
  path: "/test-token",
  operationId: "testToken",
  summary: "Whether the token is good, until when, and for what.",
  scope: "any",
  answers: { 200: TokenTest },
  answer: async ({ access, tokens, caller, exchange }) => {
    const { scopes, expiresAt } = await tokens.open(
      exchange.header("authorization"),
      exchange.origin.remoteAddress,
    );
    const body = {
      valid: true,
      expires_at: expiresAt.toISOString(),
      scope: scopes.join(" "),
      organisation: await access.organisationName(caller.organisationId),
    };
    return { status: 200, body };
  },
});

export const tokenRoutes = [testToken];
