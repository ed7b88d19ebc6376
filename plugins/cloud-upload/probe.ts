// The buttons of the cloud: a test of the way there and of the sign-in, and a new token.
import { HttpError, type ProbeReport, type ProbeStage } from "@thalamus/sdk";
import type { Cloud } from "./cloud.ts";
import { generationOf } from "./generation.ts";
import { OldCalls } from "./generation-1/calls.ts";
import { CloudAway, CloudRefusal, parsed } from "./trouble.ts";

/** Name, connection and TLS as for any address; then signs in as orders do, and asks what the token is good for. */
export async function probeCloud(cloud: Cloud, signal: AbortSignal): Promise<ProbeReport> {
  // whatever it answers without a token shows that it is there
  const url = cloud.at("/test-token");
  const way = await cloud.http.probe(cloud.calls, { method: "GET", url }, signal);
  const stages: ProbeStage[] = (way.stages ?? []).filter(({ stage }) => WAY.has(stage));
  if (stages.some(({ ok }) => !ok) || stages.length === 0) return report(stages, way.message);
  const signedIn = await signIn(cloud, signal);
  stages.push({ stage: "sign-in", ...signedIn });
  if (signedIn.ok) stages.push({ stage: "accepted", ...(await accepted(cloud, signal)) });
  return report(stages, signedIn.message);
}

const WAY = new Set<ProbeStage["stage"]>(["name", "connect", "tls"]);

const report = (stages: readonly ProbeStage[], otherwise: string): ProbeReport => ({
  ok: stages.length > 0 && stages.every(({ ok }) => ok),
  message: stages.at(-1)?.message ?? otherwise,
  stages,
});

type Words = Pick<ProbeStage, "ok" | "message">;

async function signIn(cloud: Cloud, signal: AbortSignal): Promise<Words> {
  return inWords(signal, async () => {
    const { number } = await generationOf(cloud, signal);
    if (number === 1) {
      await new OldCalls(cloud).newSession(signal);
      return "The cloud speaks generation 1 and takes the key.";
    }
    const { until } = await cloud.token.refresh(signal);
    const minutes = Math.max(1, Math.round((until - Date.now()) / 60_000));
    return `The cloud speaks generation 2 and gave a token for ${minutes} min.`;
  });
}

async function accepted(cloud: Cloud, signal: AbortSignal): Promise<Words> {
  return inWords(signal, async () => {
    const { number } = await generationOf(cloud, signal);
    if (number === 1) return "A test orders nothing, so only an order shows which products it takes.";
    const headers = { authorization: `Bearer ${await cloud.token.current(signal)}` };
    const request = { method: "GET" as const, url: cloud.at("/test-token"), headers };
    const answer = await cloud.http.send(cloud.calls, request, signal);
    if (answer.status !== 200) {
      throw new CloudAway("cloud-upload.sign-in", `The cloud answered ${answer.status} to its own token.`);
    }
    const scope = parsed(answer.body)?.["scope"];
    const may = typeof scope === "string" ? scope.split(" ") : [];
    const missing = NEEDED.filter((one) => may.length > 0 && !may.includes(one));
    if (missing.length === 0) return "The token is good for orders and results.";
    throw new CloudAway("cloud-upload.sign-in", `The token is not good for: ${missing.join(", ")}.`);
  });
}

const NEEDED = ["orders:read", "orders:write", "results:read"];

async function inWords(signal: AbortSignal, act: () => Promise<string>): Promise<Words> {
  try {
    return { ok: true, message: await act() };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CloudAway || error instanceof CloudRefusal || error instanceof HttpError)
      return { ok: false, message: error.message };
    throw error;
  }
}

/** */
export async function refreshToken(cloud: Cloud, signal: AbortSignal): Promise<ProbeReport> {
  const words = await signIn(cloud, signal);
  return { ...words, stages: [{ stage: "sign-in", ...words }] };
}
