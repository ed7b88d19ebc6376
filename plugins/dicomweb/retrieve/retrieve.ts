// The retrieve transaction (PS3.18 10.4): what it names is found, journalled, and given in one of its forms.
import type { Archive } from "@thalamus/sdk";
import type { Exchange } from "../exchange.ts";
import type { DicomwebCounts } from "../metrics.ts";
import { Refusal } from "../refusal.ts";
import type { Route } from "../routes.ts";
import type { DicomwebSettings } from "../settings.ts";
import { pictureWish } from "./picture-query.ts";
import { retrieveBulkData } from "./retrieve-bulk-data.ts";
import { retrieveFrames } from "./retrieve-frames.ts";
import { retrieveInstances } from "./retrieve-instances.ts";
import { retrieveMetadata } from "./retrieve-metadata.ts";
import { retrieveRendered } from "./retrieve-rendered.ts";

type RetrieveRoute = Extract<Route, { service: "retrieve" }>;

export interface RetrieveParts {
  readonly settings: DicomwebSettings;
  readonly archive: Archive;
  readonly counts: DicomwebCounts;
}

/** @throws Refusal, or InstanceUnreadable, MalformedDataset and TruncatedDataset of a file */
export async function retrieve(
  exchange: Exchange,
  route: RetrieveRoute,
  parts: RetrieveParts,
): Promise<void> {
  const { settings, archive, counts } = parts;
  // what is asked for wrongly is no access, and stands in no journal
  const wish =
    route.what === "rendered" ? pictureWish(exchange.query, exchange.accept, route.isThumbnail) : undefined;
  const instances = await archive.retrieve(route.target, route.what, exchange.reader);
  const [first] = instances;
  if (!first) throw new Refusal(404, "dicomweb.not-found", "The hub has nothing under these UIDs.");
  exchange.fields["what"] = route.what;
  exchange.fields["instances"] = instances.length;
  const send = { counts, idleMs: settings.idleTimeoutSeconds * 1000 };
  switch (route.what) {
    case "instances":
      return retrieveInstances(exchange, instances, route.target.sopInstanceUid !== undefined, send);
    case "metadata":
      return retrieveMetadata(exchange, instances, send);
    case "frames":
      return retrieveFrames(exchange, first, route.frames, send);
    case "rendered": {
      // of several frames a small picture shows the middle, as the console does
      const frame = route.frame ?? (route.isThumbnail ? "middle" : 1);
      return retrieveRendered(exchange, first, { ...wish!, frame }, counts);
    }
    case "bulk-data":
      return retrieveBulkData(exchange, first, route.address, send);
  }
}
