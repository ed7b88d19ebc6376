// An organisation with everything that its page can show, and an agent of each state.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { CLOUD_SCOPES, type Heartbeat } from "@thalamus/sdk/cloud";
import { type AccessBook, openCloudAccess } from "../../core/cloud-access/open-cloud-access.ts";
import { Agent } from "../../core/database/entities/agent.ts";
import { CloudKey } from "../../core/database/entities/cloud-key.ts";
import { openLog } from "../../core/observe/log.ts";
import { HubMetrics } from "../../core/observe/metrics.ts";
import { wholeHeartbeat } from "../support/cloud-site.ts";

const BY = "admin";
const OFFERED = ["quick-report", "gone-product"];

/** @returns the id of the organisation */
export async function plantCloud(orm: MikroORM): Promise<string> {
  const metrics = new HubMetrics([], openLog({ level: "error", terminal: false }));
  const { book, access } = openCloudAccess(orm, () => OFFERED, metrics);
  const id = await book.organisations.create({ name: "Clinic North", orderDays: 30 }, BY);
  const suspended = await book.organisations.create(
    { name: "Institute of Long Names and Addresses", orderDays: 1 },
    BY,
  );
  await book.organisations.change(suspended, { suspended: true }, BY);
  await book.entitlements.grant(id, "quick-report", ["PD/MSAp/PSP-v1.0", "AIDP"], BY);
  await book.entitlements.grant(id, "gone-product", [], BY);
  await plantKeys(orm, book, id);
  const [key] = await orm.em.fork().find(CloudKey, { name: "Ward 3" });
  const caller = (await access.callerOfKey(key!.id))!;
  for (let run = 0; run < 19; run += 1) await access.countUse(caller, randomUUID(), "quick-report");
  await plantAgents(orm, (heartbeat) => access.heartbeat(caller, heartbeat));
  return id;
}

async function plantKeys(orm: MikroORM, { members, keys }: AccessBook, organisation: string): Promise<void> {
  const member = async (name: string, email: string | null, role: "user" | "admin") =>
    (await members.create(organisation, { name, email, role }, BY))!.id;
  const admin = await member("Reading room", "reading-room@clinic.example", "admin");
  const user = await member("Scanner 3", null, "user");
  const away = await member("Former partner", "partner@example.org", "user");
  const plain = { scopes: [...CLOUD_SCOPES], isAdmin: false, quota: null, expiresAt: null };
  const key = async (holder: string, name: string, more: object = {}) =>
    (await keys.create(holder, { ...plain, name, ...more }, BY))!.id;
  await key(admin, "Overview", { isAdmin: true, scopes: ["orders:read", "usage:read"] });
  await key(user, "Ward 3", { quota: 20, expiresAt: new Date("2999-12-31T12:00:00Z") });
  await key(user, "Trial", { quota: 0 });
  await key(away, "Partner");
  await members.change(away, { suspended: true }, BY);
  const expired = await key(user, "Summer");
  await orm.em
    .fork()
    .nativeUpdate(CloudKey, { id: expired }, { expiresAt: new Date("2026-01-01T12:00:00Z") });
  await keys.revoke(await key(user, "Lost laptop"), BY);
}

async function plantAgents(orm: MikroORM, hear: (heartbeat: Heartbeat) => Promise<void>): Promise<void> {
  await hear(wholeHeartbeat(randomUUID()));
  const broken = [
    { name: "dicom-scp", ok: false, uptime_seconds: 12 },
    { name: "local-processing", ok: true, uptime_seconds: 90_000 },
  ];
  await hear(wholeHeartbeat(randomUUID(), { health: { healthy: false, database: true, services: broken } }));
  const { agent_id, sent_at, interval_seconds, runtime } = wholeHeartbeat(randomUUID());
  await hear({ agent_id, sent_at, interval_seconds, runtime });
  const silent = wholeHeartbeat(randomUUID());
  await hear(silent);
  const times = { receivedAt: new Date(Date.now() - 600_000), silentAt: new Date(Date.now() - 420_000) };
  await orm.em.fork().nativeUpdate(Agent, { agentId: silent.agent_id }, { ...times, name: "Basement" });
}
