// orders of the same organisation that this hub did not place, and their reports on demand.
import { type ExternalOrder, type ExternalOrders, Permanent, Transient } from "@thalamus/sdk";
import type { CloudOrder } from "@thalamus/sdk/cloud";
import { type CloudScope, cloudOf } from "./cloud.ts";
import { generationOf } from "./generation.ts";
import { CloudCalls } from "./generation-2/calls.ts";
import type { CloudNeeds } from "./needs.ts";
import type { CloudUploadSettings } from "./settings.ts";
import { inHubWords } from "./trouble.ts";

/** Pages of one look: what is left comes with the next one. */
const MOST_PAGES = 50;
const LARGEST_REPORT_BYTES = 200_000_000;

export const externalOrders: ExternalOrders<typeof CloudUploadSettings, CloudNeeds> = {
  isOn: ({ showExternalOrders }) => showExternalOrders,
  async *list(since, scope: CloudScope, signal) {
    const cloud = cloudOf(scope);
    // generation 1 has no list of orders
    if ((await generationOf(cloud, signal).catch(inHubWords)).number === 1) return;
    const calls = new CloudCalls(cloud);
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = { since: since?.toISOString(), cursor };
      const { orders, next_cursor: next } = await calls.orders(query, signal).catch(inHubWords);
      yield { orders: orders.flatMap(shown), gone: orders.filter(isGone).map(({ order_id }) => order_id) };
      if (next === null) return;
      cursor = next;
    }
  },
  fetch: async ({ id, kind, product }, reportType, path, scope: CloudScope, signal) => {
    const calls = new CloudCalls(cloudOf(scope));
    const saveTo = { path, maxBytes: LARGEST_REPORT_BYTES };
    const index = await calls.resultIndex(id, kind, signal).catch(inHubWords);
    const entry = index.results.find((one) => one.kind === kind && one.product === product);
    const file = entry?.files.find((one) => one.report_type === reportType);
    if (index.order_id !== id || !entry || !file) {
      throw new Permanent("cloud-upload.no-report", "The cloud has no such report of this order any more.");
    }
    const which = { product, report_type: reportType, name: file.name };
    const { saved } = await calls.resultFile(id, kind, which, saveTo, signal).catch(inHubWords);
    if (saved?.sha256 === file.sha256) return { mediaType: file.media_type };
    throw new Transient("cloud-upload.bad-digest", "The report is not what the cloud says it is. Try again.");
  },
};

/** One line for each result; its report types are those that people can open. */
const shown = (order: CloudOrder): ExternalOrder[] =>
  isGone(order)
    ? []
    : order.results.map(({ product, kind, report_types: reportTypes }) => ({
        ...{ id: order.order_id, kind: kind as ExternalOrder["kind"], product, reportTypes },
        batch: order.batch_name ?? undefined,
        createdAt: new Date(order.created_at),
        updatedAt: new Date(order.updated_at),
      }));

const isGone = ({ status }: CloudOrder): boolean => status === "EXPIRED" || status === "CANCELLED";
