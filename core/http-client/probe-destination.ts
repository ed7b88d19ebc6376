// Tries a destination stage by stage: name, connect, tls, sign-in, accepted; says what happened at each.
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import {
  type HttpAnswer,
  type HttpDestination,
  HttpError,
  type ProbeReport,
  type ProbeStage,
} from "@thalamus/sdk";
import type { buildConnector } from "undici";
import { refusedAddress } from "./address-rules.ts";
import { certificateWords } from "./certificate-words.ts";
import { checkedConnector, hostOf } from "./checked-connect.ts";
import type { Connections, Line } from "./connections.ts";
import { failureOf } from "./failure-words.ts";
import { readTlsFiles } from "./tls-files.ts";

/** @param ask sends a request that changes nothing */
export async function probeDestination(
  connections: Connections,
  destination: HttpDestination,
  ask: () => Promise<HttpAnswer>,
  signal: AbortSignal,
): Promise<ProbeReport> {
  const stages: ProbeStage[] = [];
  let stage: ProbeStage["stage"] = "name";
  try {
    const line = connections.lineTo(destination);
    const { proxy } = destination;
    const near = new URL(proxy ?? line.origin);
    stages.push({ stage, ok: true, message: await nameStage(line, near, proxy !== undefined) });
    if (proxy === undefined) {
      stage = "connect";
      stages.push(
        ...(await connectStages(line, destination, signal, (reached) => {
          stage = reached;
        })),
      );
    }
    stage = "sign-in";
    const begin = performance.now();
    const answer = await ask();
    stages.push(...answerStages(line, answer, Math.round(performance.now() - begin)));
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureOf(error, URL.parse(destination.url)?.host ?? "The destination");
    if (!(failure instanceof HttpError)) throw failure;
    const failedAt = failure.code === "http.tls" || failure.code === "http.tls-certificate" ? "tls" : stage;
    const known = stages.filter((one) => one.stage !== failedAt);
    stages.splice(0, Infinity, ...known, { stage: failedAt, ok: false, message: failure.message });
  }
  const last = stages.at(-1);
  return { ok: stages.every(({ ok }) => ok), message: last?.message ?? "Nothing was tried.", stages };
}

async function nameStage({ rules }: Line, { hostname, host }: URL, isProxy: boolean): Promise<string> {
  const plain = hostOf(hostname);
  const found = isIP(plain) !== 0 ? [{ address: plain }] : await lookup(plain, { all: true });
  const permitted = isProxy ? found : found.filter(({ address }) => rules.permits(address));
  if (permitted.length === 0) throw refusedAddress(host);
  return `${isProxy ? "The proxy " : ""}${plain} is ${permitted.map(({ address }) => address).join(", ")}.`;
}

async function connectStages(
  { rules, timeouts, origin, host }: Line,
  destination: HttpDestination,
  signal: AbortSignal,
  reached: (stage: ProbeStage["stage"]) => void,
): Promise<ProbeStage[]> {
  const url = new URL(origin);
  const tls = readTlsFiles(destination.tls);
  const connect = checkedConnector(rules, tls, timeouts.connectMs);
  const options = { hostname: url.hostname, host: url.host, port: url.port, origin };
  const plain = await opened(
    connect,
    { ...options, protocol: "http:", port: url.port || defaultPort(url) },
    signal,
  );
  const connected: ProbeStage = { stage: "connect", ok: true, message: `${host} takes connections.` };
  plain.destroy();
  if (url.protocol === "http:") return [connected];
  reached("tls");
  const secure = await opened(connect, { ...options, protocol: "https:" }, signal);
  const message = certificateWords(secure);
  secure.destroy();
  return [connected, { stage: "tls", ok: true, message }];
}

const defaultPort = ({ protocol }: URL): string => (protocol === "https:" ? "443" : "80");

type Socket = NonNullable<Parameters<buildConnector.Callback>[1]>;

function opened(
  connect: buildConnector.connector,
  options: buildConnector.Options,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
    connect(options, (error, socket) => {
      signal.removeEventListener("abort", stop);
      if (error) reject(error);
      else if (signal.aborted) socket?.destroy();
      else if (socket) resolve(socket);
    });
  });
}

const NOT_SIGNED_IN = new Set([401, 403, 407]);

function answerStages({ host }: Line, { status }: HttpAnswer, milliseconds: number): ProbeStage[] {
  const said = `${host} answered ${status} in ${milliseconds} ms`;
  if (NOT_SIGNED_IN.has(status)) {
    return [{ stage: "sign-in", ok: false, message: `${said}: it does not take these credentials.` }];
  }
  const signedIn: ProbeStage = {
    stage: "sign-in",
    ok: true,
    message: `${host} did not refuse the credentials.`,
  };
  const accepted = acceptedWords(status);
  return [signedIn, { stage: "accepted", ok: accepted.ok, message: `${said}${accepted.words}.` }];
}

function acceptedWords(status: number): { readonly ok: boolean; readonly words: string } {
  if (status < 400) return { ok: true, words: "" };
  if (status === 405 || status === 501) {
    return { ok: true, words: ": it is there, but only a delivery tells whether it takes reports" };
  }
  if (status === 404 || status === 410) return { ok: false, words: ": there is nothing at this path" };
  if (status === 429) return { ok: false, words: ": it has had too many requests" };
  return {
    ok: false,
    words: status >= 500 ? ": it has a problem of its own" : ": it does not take this request",
  };
}
