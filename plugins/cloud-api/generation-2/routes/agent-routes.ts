// Signs of life of edge hubs.
import { Heartbeat, HeartbeatReply } from "@thalamus/sdk/cloud";
import { route } from "../route.ts";

const heartbeat = route({
  method: "POST",
  path: "/agents/heartbeat",
  operationId: "heartbeat",
  summary: "An edge hub says that it lives, and how it fares; anything beyond that is refused.",
  scope: "agents:write",
  body: Heartbeat,
  answers: { 200: HeartbeatReply },
  answer: async ({ access, caller, body }) => {
    const received = new Date();
    await access.heartbeat(caller, body);
    return { status: 200, body: { received_at: received.toISOString() } };
  },
});

export const agentRoutes = [heartbeat];
