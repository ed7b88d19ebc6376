// The search transaction (PS3.18 10.6): conditions to the archive, a page of results as DICOM JSON.
import {
  type Archive,
  type ArchivedInstance,
  type ArchiveQuery,
  type Found,
  InstanceUnreadable,
} from "@thalamus/sdk";
import { type FileHeader, MalformedDataset, readHeader, TruncatedDataset } from "@thalamus/sdk/dicom";
import { type Exchange, warning } from "../exchange.ts";
import type { JsonDataset } from "../json/dicom-json.ts";
import { Refusal } from "../refusal.ts";
import { requireDicomJson } from "../retrieve/accept.ts";
import type { Route } from "../routes.ts";
import { instanceJson, type Returned, seriesJson, studyJson } from "./found-json.ts";
import { matchesHeader } from "./header-matching.ts";
import { MOST_RESULTS, type SearchQuery, searchQuery } from "./search-query.ts";

type SearchRoute = Extract<Route, { service: "search" }>;

export interface SearchParts {
  readonly archive: Archive;
}

/** Headers that are read at once. */
const READ_AT_ONCE = 8;

/** @throws Refusal */
export async function search(
  exchange: Exchange,
  route: SearchRoute,
  { archive }: SearchParts,
): Promise<void> {
  requireDicomJson(exchange.accept);
  const { level, target } = route;
  const query = searchQuery(exchange.query, level, target);
  const returned: Returned = {
    baseUrl: exchange.baseUrl,
    withStudy: target.studyInstanceUid === undefined,
    withSeries: target.seriesInstanceUid === undefined,
    include: query.include,
  };
  const { page, beyond } = await results(archive, route, query, exchange.reader, returned);
  exchange.fields["what"] = level;
  exchange.fields["found"] = page.length;
  const warnings = [
    ...query.warnings,
    ...(beyond > 0 ? [`There are ${beyond} additional results that can be requested`] : []),
  ];
  const headers = warnings.length > 0 ? { Warning: warnings.map(warning).join(", ") } : {};
  exchange.datasets(page, headers);
}

function results(
  archive: Archive,
  { level }: SearchRoute,
  query: SearchQuery,
  reader: string,
  returned: Returned,
): Promise<Found<JsonDataset>> {
  switch (level) {
    case "studies":
      return archive.studies(query, reader).then(({ page, beyond }) => {
        return { page: page.map((study) => studyJson(study, returned)), beyond };
      });
    case "series":
      return withHeaders(
        query,
        MOST_RESULTS.series,
        (asked) => archive.series(asked, reader),
        ({ sample }) => sample,
        (series, header) => seriesJson(series, header, returned),
      );
    case "instances":
      return withHeaders(
        query,
        MOST_RESULTS.instances,
        (asked) => archive.instances(asked, reader),
        ({ instance }) => instance,
        (found, header) => instanceJson(found, header, returned),
      );
  }
}

/** With conditions on headers, all that else fits has to be looked into before there are pages. */
async function withHeaders<T>(
  query: SearchQuery,
  most: number,
  find: (query: ArchiveQuery) => Promise<Found<T>>,
  instanceOf: (found: T) => ArchivedInstance,
  json: (found: T, header: FileHeader | undefined) => JsonDataset,
): Promise<Found<JsonDataset>> {
  const { headerConditions, limit, offset } = query;
  const filtering = headerConditions.length > 0;
  const found = await find(filtering ? { ...query, limit: most, offset: 0 } : query);
  if (filtering && found.beyond > 0) {
    throw new Refusal(413, "dicomweb.search-too-wide", `More than ${most} headers would have to be read.`);
  }
  const datasets: JsonDataset[] = [];
  for (let from = 0; from < found.page.length; from += READ_AT_ONCE) {
    const some = found.page.slice(from, from + READ_AT_ONCE);
    const headers = await Promise.all(some.map((one) => headerOf(instanceOf(one))));
    for (const [index, one] of some.entries()) {
      const header = headers[index];
      if (filtering && !(header && matchesHeader(header.dataset, headerConditions))) continue;
      datasets.push(json(one, header));
    }
  }
  if (!filtering) return { page: datasets, beyond: found.beyond };
  const page = datasets.slice(offset, offset + limit);
  return { page, beyond: Math.max(0, datasets.length - offset - page.length) };
}

/** One file that cannot be read does not spoil the list: what the database has of it is told. */
async function headerOf(instance: ArchivedInstance): Promise<FileHeader | undefined> {
  try {
    await using file = await instance.open();
    return await readHeader(file);
  } catch (error) {
    if (UNREADABLE.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

const UNREADABLE = [InstanceUnreadable, MalformedDataset, TruncatedDataset] as const;
