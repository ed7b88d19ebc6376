// The mix of requests that people at a console make, and what each of them must at least answer.
import type { FAMILIES } from "./plant-studies.ts";

export interface ListRequest {
  /** Requests of one kind make one line of the report. */
  readonly kind: string;
  readonly target: "list" | "search";
  readonly path: string;
  readonly body?: object;
}

export interface Known {
  readonly studies: number;
  readonly groupId: string;
  /** Ids of some studies and orders. */
  readonly studyIds: readonly string[];
  readonly orderIds: readonly string[];
  readonly family: (typeof FAMILIES)[number];
}

const PER_PAGE = 25;
const DAY_MS = 86_400_000;

const list = (kind: string, query: string): ListRequest => ({
  kind,
  target: "list",
  path: `/api/studies?perPage=${PER_PAGE}&${query}`,
});
const results = (query: string): ListRequest => ({
  kind: "results",
  target: "list",
  path: `/api/results?perPage=${PER_PAGE}&${query}`,
});
const counts = (query = ""): ListRequest => ({
  kind: "tab counts",
  target: "list",
  path: `/api/study-counts${query}`,
});
const byId = (id: string): ListRequest => ({
  kind: "hub id",
  target: "search",
  path: `/api/studies?perPage=${PER_PAGE}&q=${id}`,
});
const patient = (text: string): ListRequest => ({
  kind: "find patient",
  target: "search",
  path: "/api/find-patient",
  body: { text },
});

export function listRequests({ studies, groupId, studyIds, orderIds, family }: Known): ListRequest[] {
  const ago = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
  const pages = Math.floor(studies / PER_PAGE);
  const working = "status=checking,deidentifying,queued,processing,processed";
  return [
    ...[1, 2, 3].map((page) => list("newest pages", `page=${page}`)),
    { kind: "newest pages", target: "list", path: "/api/studies?perPage=100" },
    ...["held", "delivered", "failed", "receiving"].map((status) => list("one tab", `status=${status}`)),
    list("one tab", working),
    list("filters", "qc=failed"),
    list("filters", "qc=bypassed&status=delivered"),
    list("filters", "source=PACS3"),
    list("filters", "product=lesion-load"),
    list("filters", "product=dti-metrics"),
    list("filters", `group=${groupId}`),
    list("filters", "modality=CT"),
    list("filters", `from=${ago(30)}`),
    list("filters", `from=${ago(400)}&until=${ago(300)}&source=PACS5&status=delivered`),
    list("sorted", "sort=statusSince&order=DESC"),
    list("sorted", "sort=receivedAt&order=ASC"),
    list("sorted", "sort=instanceCount&order=DESC"),
    list("sorted", "sort=bytes&order=ASC&status=delivered"),
    ...[0.25, 0.5, 0.99].map((share) => list("deep pages", `page=${Math.floor(pages * share)}`)),
    list("deep pages", `page=${Math.floor(pages * 0.8)}&status=delivered`),
    list("deep pages", `page=${Math.floor(pages * 0.5)}&sort=statusSince`),
    ...[counts(), counts("?source=PACS3"), counts("?product=dti-metrics"), counts(`?from=${ago(90)}`)],
    ...[
      "page=1",
      "kind=failure",
      "delivery=failed",
      "product=lesion-load",
      `page=${Math.floor(pages / 2)}`,
    ].map(results),
    ...studyIds.map((id) => byId(id.slice(0, 8))),
    ...studyIds.map((id) => byId(id.slice(0, 2))),
    ...orderIds.map((id) => byId(id.slice(0, 8))),
    ...["pid-4711", "acc-9", `${family} carla1`, family.slice(0, 4), "carla88", "nobody of this name"].map(
      patient,
    ),
  ];
}
