// Puts the service together from the hub's services and its settings.
import type { CloudAccess, Keep, Log, Mailer, Metrics, OrderDesk, Refusals, SiteKeys } from "@thalamus/sdk";
import { Connections } from "./generation-1/connections.ts";
import { GenerationOne } from "./generation-1/generation-1.ts";
import { ServerKey } from "./generation-1/server-key.ts";
import { GenerationTwo } from "./generation-2/generation-2.ts";
import { Tokens } from "./generation-2/tokens.ts";
import { cloudApiCounts } from "./metrics.ts";
import { PartDoor } from "./part-door.ts";
import { RateLimit } from "./rate-limit.ts";
import { CloudApiService } from "./service.ts";
import type { CloudApiSettings } from "./settings.ts";
import { SignInBrake } from "./sign-in-brake.ts";

export interface HubServices {
  readonly settings: CloudApiSettings;
  readonly access: CloudAccess;
  readonly desk: OrderDesk;
  readonly keep: Keep;
  readonly keys: SiteKeys;
  readonly mailer: Mailer;
  readonly refusals: Refusals;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** @throws Permanent when the settings cannot be used */
export async function openService(hub: HubServices): Promise<CloudApiService> {
  const { settings, access, desk, keep, keys, mailer, refusals, log } = hub;
  const { sessionHours, maxUploads } = settings;
  const counts = cloudApiCounts(hub.metrics);
  const brake = new SignInBrake(settings.signInsPerMinute, counts, refusals);
  const rate = new RateLimit(settings.requestsPerMinute);
  const serverKey = await ServerKey.open(keep);
  const connections = new Connections({ access, keep, serverKey, brake, sessionHours });
  const tokens = new Tokens(keys, access, refusals);
  return new CloudApiService({
    ...{ settings, log, counts },
    one: new GenerationOne({ access, desk, mailer, settings, serverKey, connections, rate }),
    two: new GenerationTwo({ access, desk, tokens, counts, brake, rate, refusals }),
    partDoor: new PartDoor({ desk, counts, maxUploads, maxBytes: settings.maxPartMegabytes * 1_000_000 }),
  });
}
