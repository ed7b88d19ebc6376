// Writes a live change into what the pages have read already, so that no list is asked for again.
import type { QueryCacheNotifyEvent, QueryClient, QueryKey } from "@tanstack/react-query";
import type { LiveChange } from "@thalamus/sdk/ui";
import type { ResultRow, StepRow, StudyRow } from "../api.gen.ts";
import { HUB, type StudyStory } from "../hub-data.ts";
import { markGone } from "./gone-studies.ts";

interface List<T> {
  readonly data: readonly T[];
  readonly total: number;
}

/** Patches rows in place; what a patch cannot say is marked stale, each kind of it at most this often. */
const STALE_EVERY_MS = { story: 500, results: 1000, counts: 3000, lanes: 1000 } as const;

type Rewrite = (data: unknown) => unknown;

export class ChangeWriter {
  readonly #queries: QueryClient;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** Changes that came while a query was being read, by its hash: the answer may be older than they are. */
  readonly #during = new Map<string, Rewrite[]>();
  readonly #unsubscribe: () => void;

  constructor(queries: QueryClient) {
    this.#queries = queries;
    this.#unsubscribe = queries.getQueryCache().subscribe((event) => this.#writeAgain(event));
  }

  write({ resource, id, kind, studyId = id, patch = {} }: LiveChange): void {
    const { story, results, counts, lanes } = STALE_EVERY_MS;
    if (resource === "hub") {
      this.#stale(["status", "getOne", { id: HUB }], story);
      for (const name of ["system", "updates"]) this.#stale([name], story);
      return;
    }
    if (resource === "settings") {
      this.#stale(["status", "getOne", { id: HUB }], lanes);
      for (const name of ["settings", "settings-versions", "destinations"]) this.#stale([name], lanes);
      return;
    }
    if (resource === "upload") {
      this.#stale(["uploads"], story);
      return;
    }
    if (resource === "group" || patch["status"] !== undefined || kind === "deleted")
      this.#stale(["groups"], results);
    if (resource === "group") return;
    if (resource === "organisation" || resource === "agent") {
      // an agent shows its organisation, and an organisation counts its agents
      if (resource === "organisation" || kind !== "updated") this.#stale(["organisations"], results);
      this.#stale(["agents"], counts);
      return;
    }
    if (resource === "lane") {
      for (const name of ["destinations", "system"]) this.#stale([name], lanes);
      return;
    }
    if (resource === "product") {
      this.#stale(["products"], lanes);
      return;
    }
    if (resource === "chore") {
      for (const name of ["chores", "retention"]) this.#stale([name], story);
      return;
    }
    if (resource === "study" && kind === "deleted") {
      markGone(id);
      this.#stale(["studies", "getList"], story);
      this.#stale(["study-counts"], story);
      this.#stale(["status", "getOne", { id: HUB }], story);
      return;
    }
    if (resource === "study") {
      this.#patchStudy(id, (study) => withStatus(study, patch as Partial<StudyRow>));
      this.#stale(["study-info", "getOne", { id }], story);
      if (kind === "created" || patch["status"] !== undefined) {
        this.#stale(["study-counts"], counts);
        this.#stale(["status", "getOne", { id: HUB }], counts);
      }
      return;
    }
    if (resource === "step" && patch["progress"] !== undefined) {
      const { progress, stage } = patch as Pick<StepRow, "progress" | "stage">;
      this.#patchStudy(studyId, (study) => ({ ...study, progress, stage }));
      this.#patchStep(studyId, id, { progress, stage });
      return;
    }
    // what is not on the screen is only marked, and read when somebody looks
    if (resource === "step")
      for (const name of ["destinations", "receipts", "reconciliation"]) this.#stale([name], lanes);
    // a step began or ended: nothing runs until the next one tells how far it is
    if (resource === "step")
      this.#patchStudy(studyId, (study) => ({ ...study, progress: null, stage: null }));
    if (resource === "result" && kind === "created")
      this.#patchStudy(studyId, (study) => ({ ...study, resultId: id }));
    this.#stale(["study-info", "getOne", { id: studyId }], story);
    if (resource === "result" || this.#showsDeliveries(studyId)) this.#stale(["results"], results);
  }

  /** Changes may have been missed: everything on the page is read again, once. */
  gap(): void {
    const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[0] !== "auth";
    void this.#queries.invalidateQueries({ predicate });
  }

  stop(): void {
    this.#unsubscribe();
    this.#during.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #patchStudy(id: string, change: (study: StudyRow) => StudyRow): void {
    const touch = (study: StudyRow) => (study.id === id ? change(study) : study);
    this.#rewrite<List<StudyRow>>(["studies", "getList"], (list) =>
      list.data.some((study) => study.id === id) ? { ...list, data: list.data.map(touch) } : list,
    );
    this.#rewrite<StudyStory>(["study-info", "getOne", { id }], (story) => {
      return { ...story, study: change(story.study) };
    });
  }

  #patchStep(studyId: string, id: string, patch: Partial<StepRow>): void {
    const touch = (step: StepRow) => (step.id === id ? { ...step, ...patch } : step);
    this.#rewrite<StudyStory>(["study-info", "getOne", { id: studyId }], (story) => {
      return { ...story, steps: story.steps.map(touch) };
    });
  }

  #rewrite<T>(queryKey: QueryKey, change: (data: T) => T): void {
    this.#queries.setQueriesData<T>({ queryKey }, (data) => data && change(data));
    const reading = this.#queries.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" });
    for (const { queryHash } of reading) {
      const before = this.#during.get(queryHash) ?? [];
      this.#during.set(queryHash, [...before, change as Rewrite]);
    }
  }

  /** An answer that was under way while changes came: they are written into it, in their order. */
  #writeAgain(event: QueryCacheNotifyEvent): void {
    const { queryHash, queryKey } = event.query;
    const changes = this.#during.get(queryHash);
    if (!changes || (event.type !== "updated" && event.type !== "removed")) return;
    if (event.type === "updated" && event.query.state.fetchStatus === "fetching") return;
    this.#during.delete(queryHash);
    if (event.type === "removed") return;
    this.#queries.setQueryData<object>(
      queryKey,
      (data) => data && changes.reduce((changed, change) => change(changed) as object, data),
    );
  }

  #showsDeliveries(studyId: string): boolean {
    const lists = this.#queries.getQueriesData<List<ResultRow>>({ queryKey: ["results", "getList"] });
    return lists.some(([, list]) => list?.data.some((result) => result.studyId === studyId));
  }

  #stale(queryKey: readonly unknown[], everyMs: number): void {
    const key = JSON.stringify(queryKey);
    if (this.#timers.has(key)) return;
    const refresh = () => {
      this.#timers.delete(key);
      void this.#queries.invalidateQueries({ queryKey });
    };
    this.#timers.set(key, setTimeout(refresh, everyMs));
  }
}

/** A patch says the new status; what follows from it is the same here as in the hub. */
function withStatus(study: StudyRow, patch: Partial<StudyRow>): StudyRow {
  const { status = study.status } = patch;
  if (status === study.status) return { ...study, ...patch };
  const now = new Date().toISOString();
  const stableAt = status === "receiving" ? null : (study.stableAt ?? now);
  return { ...study, ...patch, statusSince: now, stableAt, progress: null, stage: null };
}
