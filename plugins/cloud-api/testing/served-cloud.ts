// The plugin on a port of its own, with keys and a desk in memory.
import type { DoorRefusal, Keep, Mail, Mailer } from "@thalamus/sdk";
import {
  CloudAccessToken,
  KeepToken,
  LogToken,
  MailerToken,
  MetricsToken,
  OrderDeskToken,
  RefusalsToken,
  SiteKeysToken,
} from "@thalamus/sdk";
import { recordingLog, recordingMetrics, testSiteKeys } from "@thalamus/sdk/testing";
import { offer, scopeOf, serveWeb } from "@thalamus/sdk/testing/contracts";
import plugin from "../plugin.ts";
import { type MemoryKey, memoryAccess, memoryKey } from "./memory-access.ts";
import { memoryDesk } from "./memory-desk.ts";

/** As the hub's, without an end. */
export function memoryKeep(): Keep {
  const values = new Map<string, string>();
  return {
    put: async (name, value) => void values.set(name, value),
    get: async (name) => values.get(name),
    once: async (name, make) => {
      const value = values.get(name) ?? (await make());
      values.set(name, value);
      return value;
    },
    forget: async (name) => void values.delete(name),
  };
}

export function memoryMailer(): Mailer & { readonly mails: Mail[] } {
  const mails: Mail[] = [];
  const receipt = { messageId: "1", accepted: 1, refused: [], reply: "250 OK", encrypted: true };
  return {
    mails,
    send: async (_server, mail) => {
      mails.push(mail);
      return receipt;
    },
    probe: async () => [],
  };
}

export interface CloudOptions {
  readonly keys?: readonly MemoryKey[];
  readonly settings?: object;
  readonly uses?: Parameters<typeof memoryAccess>[1];
  /** Of another service, to see what it left. */
  readonly keep?: Keep;
}

export async function servedCloud({ keys = [memoryKey("1")], settings = {}, uses, keep }: CloudOptions = {}) {
  const access = memoryAccess(keys, uses);
  const desk = memoryDesk();
  const mailer = memoryMailer();
  const log = recordingLog();
  const kept = keep ?? memoryKeep();
  const refusals: DoorRefusal[] = [];
  const told = { tell: async (one: DoorRefusal) => void refusals.push(one) };
  const services = [
    ...[offer(CloudAccessToken, access), offer(OrderDeskToken, desk), offer(KeepToken, kept)],
    ...[offer(SiteKeysToken, testSiteKeys()), offer(MailerToken, mailer), offer(RefusalsToken, told)],
    ...[offer(LogToken, log), offer(MetricsToken, recordingMetrics())],
  ];
  const web = await serveWeb(await plugin.start(scopeOf(plugin, settings, services)));
  const token = async (key: MemoryKey = keys[0]!, scope?: string): Promise<string> => {
    const basic = Buffer.from(`${key.caller.keyId}:${key.secret}`).toString("base64");
    const query = scope === undefined ? "" : `?scope=${encodeURIComponent(scope)}`;
    const response = await fetch(`${web.url}/auth/token${query}`, {
      headers: { Authorization: `Basic ${basic}` },
    });
    return ((await response.json()) as { access_token: string }).access_token;
  };
  return { ...web, web, access, desk, mailer, log, refusals, keys, token };
}

export type ServedCloud = Awaited<ReturnType<typeof servedCloud>>;
