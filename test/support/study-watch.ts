// Waits until a study is in a wanted state, by the hub's own live changes; never by a fixed time.

import type { Static } from "typebox";
import { vi } from "vitest";
import type { StudyInfo, StudyRow } from "../../core/http/schemas.ts";
import type { ApiClient } from "./api-client.ts";

type Info = Static<typeof StudyInfo>;
type Row = Static<typeof StudyRow>;

/** Reads a study until the condition holds. */
export async function studyWhere(
  api: ApiClient,
  id: string,
  condition: (study: Row) => boolean,
  timeout = 30_000,
): Promise<Info> {
  let info: Info | undefined;
  const look = async () => {
    info = (await api.call<Info>("GET", `/api/study-info/${id}`)).body;
    const { status, revision } = info.study;
    if (!condition(info.study)) throw new Error(`the study is ${status} at revision ${revision}`);
  };
  await vi.waitFor(look, { timeout, interval: 50 });
  return info!;
}

/** The one study that is there and was not there before. */
export async function onlyStudy(api: ApiClient, before: ReadonlySet<string> = new Set()): Promise<string> {
  let found: string[] = [];
  const look = async () => {
    const { body } = await api.call<{ data: Row[] }>("GET", "/api/studies?perPage=500");
    found = body.data.map(({ id }) => id).filter((id) => !before.has(id));
    if (found.length !== 1) throw new Error(`${found.length} studies are new`);
  };
  await vi.waitFor(look, { timeout: 10_000, interval: 50 });
  return found[0]!;
}
