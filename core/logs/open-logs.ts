// Puts together how people read the log: files, search, streams, exports.
import type { MikroORM } from "@mikro-orm/postgresql";
import { ArchiveToken } from "@thalamus/sdk";
import type { Observable } from "rxjs";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import type { Sealer } from "../secrets/seal.ts";
import { idsOfStudy } from "./ids-of-study.ts";
import { type EntryNature, LogAreas } from "./log-areas.ts";
import { LogFiles } from "./log-files.ts";
import { LogReader } from "./log-reader.ts";
import { LogStreams } from "./log-streams.ts";
import { LogTickets } from "./log-tickets.ts";
import { logGrowth } from "./log-watch.ts";
import { PatternMatcher } from "./pattern-matcher.ts";

export interface LogParts {
  readonly folder: string;
  readonly orm: MikroORM;
  readonly registry: PluginRegistry;
  readonly sealer: Sealer;
}

export interface Logs {
  readonly reader: LogReader;
  readonly areas: LogAreas;
  readonly tickets: LogTickets;
  readonly growth$: Observable<void>;
  readonly streams: LogStreams;
  stop(): Promise<void>;
}

export function openLogs({ folder, orm, registry, sealer }: LogParts): Logs {
  const files = new LogFiles(folder);
  const matcher = new PatternMatcher();
  const areas = new LogAreas(() => naturesOf(registry));
  const reader = new LogReader(files, {
    matcher,
    areaOf: (part) => areas.areaOf(part),
    idsOfStudy: (studyId) => idsOfStudy(orm.em.fork(), studyId),
  });
  return {
    ...{ reader, areas },
    tickets: new LogTickets(sealer),
    growth$: logGrowth(files.current),
    streams: new LogStreams(),
    stop: () => matcher.stop(),
  };
}

function naturesOf(registry: PluginRegistry): ReadonlyMap<string, EntryNature> {
  return new Map(
    registry.names().map((name) => {
      const plugin = registry.get(name)?.plugin;
      const readsArchive = Object.values(plugin?.needs ?? {}).includes(ArchiveToken);
      return [name, { kind: plugin?.kind ?? "", readsArchive: plugin?.kind === "web" && readsArchive }];
    }),
  );
}
