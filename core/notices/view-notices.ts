// What plugins of kind watch see of events on record.
import type { EntityManager } from "@mikro-orm/postgresql";
import { type Notice, Phi } from "@thalamus/sdk";
import type { NoticeRow } from "../database/entities/notice.ts";
import { Study } from "../database/entities/study.ts";
import { identityOfStudy } from "../studies/study-identity.ts";

export async function viewNotices(em: EntityManager, rows: readonly NoticeRow[]): Promise<Notice[]> {
  const studies = await em.find(Study, { id: { $in: rows.flatMap(({ study }) => study?.id ?? []) } });
  return rows.map(({ id, event, createdAt, detail, study }) => {
    const found = studies.find((one) => one.id === study?.id);
    const view = { id, event, at: createdAt, detail };
    if (!found) return view;
    return {
      ...view,
      study: { id: found.id, revision: found.revision, identity: new Phi(identityOfStudy(found)) },
    };
  });
}
