// Lists over thousands of studies: filters, counts, pages far back, finding a patient, revealing a page, export.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MikroORM } from "@mikro-orm/postgresql";
import type { Static } from "typebox";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { connect } from "../../core/database/database.ts";
import { JournalEntry } from "../../core/database/entities/journal-entry.ts";
import { Study } from "../../core/database/entities/study.ts";
import type { StudyRow } from "../../core/http/schemas.ts";
import type { Hub } from "../../core/hub.ts";
import type { Condition } from "../../core/studies/study-filter.ts";
import { pageStatement, totalStatement } from "../../core/studies/study-list.ts";
import { plantStudies } from "../bench/list/plant-studies.ts";
import { ApiClient } from "../support/api-client.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { SettingsClient } from "../support/settings-client.ts";

type Row = Static<typeof StudyRow>;
interface Page {
  readonly data: readonly Row[];
  readonly total: number;
}

const STUDIES = 3000;
const NEWEST = { page: 1, perPage: 25, sort: "receivedAt", order: "DESC" } as const;
let site: TestSite;
let hub: Hub;
let api: ApiClient;
let orm: MikroORM;

beforeAll(async () => {
  site = await newSite({ plugins: [] });
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  orm = await connect(site.databaseUrl);
  await plantStudies(site.databaseUrl, STUDIES);
});
afterAll(async () => {
  await orm.close();
  await hub.stop();
  site.remove();
});

const list = async (query: string): Promise<Page> =>
  (await api.call<Page>("GET", `/api/studies?${query}`)).body;
const one = async <T>(sql: string): Promise<T> => (await orm.em.fork().execute<T[]>(sql))[0]!;
const journalled = (event: string) =>
  orm.em.fork().find(JournalEntry, { event }, { orderBy: { id: "desc" }, limit: 10 });

describe("A-008 the list of studies", () => {
  test.each([
    ["status=held", "status = 'held'"],
    ["status=held,queued", "status in ('held', 'queued')"],
    ["qc=bypassed", "qc = 'bypassed'"],
    ["source=PACS3", "calling_ae = 'PACS3'"],
    ["modality=CT", "'CT' = any(modalities)"],
    ["group=none", "group_id is null"],
    ["product=lesion-load", "id in (select study_id from product_order where product = 'lesion-load')"],
    ["source=PACS3&qc=failed", "calling_ae = 'PACS3' and qc = 'failed'"],
    ["ids=", "false"],
  ])("is filtered by %s", async (query, where) => {
    const { data, total } = await list(query);
    const { n } = await one<{ n: number }>(`select count(*)::int as n from study where ${where}`);
    expect(total).toBe(n);
    expect(data.length).toBe(Math.min(n, 25));
  });

  test("is filtered by the time something came, the end left out", async () => {
    const { data } = await list("page=10");
    const [from, until] = [data[9]!.receivedAt, data[4]!.receivedAt];
    expect((await list(`from=${from}&until=${until}`)).total).toBe(5);
  });

  test("finds by the beginning of the id of a study, an order or a result", async () => {
    const { study, result, ordered } = await one<Record<string, string>>(
      `select o.study_id as study, r.id as result, o.id as ordered
         from result r join product_order o on o.id = r.order_id order by r.id limit 1`,
    );
    for (const id of [study!, result!, ordered!]) {
      const { data } = await list(`q=${id.slice(0, 13)}`);
      expect(data.map((row) => row.id)).toContain(study);
    }
    expect((await list("q=00000000-0000-4000")).total).toBe(0);
  });

  test("says for each study what was ordered, what came of the checks, and the newest result", async () => {
    const [row] = (await list("product=lesion-load&status=delivered&perPage=1")).data;
    expect(row).toMatchObject({
      products: ["dti-metrics", "lesion-load"],
      qc: expect.stringMatching(/passed/),
    });
    const { n } = await one<{ n: number }>(
      `select count(*)::int as n from result r join product_order o on o.id = r.order_id
        where r.id = '${row!.resultId}' and o.study_id = '${row!.id}'`,
    );
    expect(n).toBe(1);
    expect(JSON.stringify(row)).not.toContain("CARLA");
  });

  test("A-225 A-283 shows every study once, however far back one goes", async () => {
    const seen = new Set<string>();
    for (let page = 1; page <= STUDIES / 500; page += 1)
      for (const { id } of (await list(`perPage=500&page=${page}&sort=status`)).data) seen.add(id);
    expect(seen.size).toBe(STUDIES);
  });

  test("counts what its tabs hold, of what fits the other filters", async () => {
    const { body } = await api.call<{ studies: Record<string, number> }>(
      "GET",
      "/api/study-counts?source=PACS3&status=delivered",
    );
    expect(body.studies["delivered"]).toBe((await list("source=PACS3&status=delivered")).total);
    const sum = Object.values(body.studies).reduce((all, n) => all + n, 0);
    expect(sum).toBe((await list("source=PACS3")).total);
  });

  test("names the sources, modalities and products that occur", async () => {
    const { body } = await api.call<Record<string, string[]>>("GET", "/api/study-filters");
    expect(body["sources"]).toHaveLength(12);
    expect(body).toMatchObject({ modalities: ["CT", "MR", "SR"], products: ["dti-metrics", "lesion-load"] });
  });

  test("reads pages, totals and counts from an index alone", async () => {
    const planOf = ({ sql, values }: Condition) =>
      orm.em.fork().transactional(async (em) => {
        // so few rows are read as fast from the table; of many they are not
        await em.execute("set local enable_seqscan = off");
        const rows = await em.execute<Record<string, string>[]>(`explain ${sql}`, [...values]);
        return rows.map((row) => row["QUERY PLAN"]).join("\n");
      });
    const filters = [{}, { qc: "failed", modality: "MR" }, { qc: "passed", from: new Date(0) }] as const;
    const look = async () => {
      // one that meets a transaction that is still open marks no page as read by all, and the index alone is not enough
      await orm.em.fork().execute("vacuum (analyze) study");
      for (const filter of filters) {
        expect(await planOf(totalStatement(filter))).toContain("Index Only Scan");
        const far = await planOf(pageStatement({ ...NEWEST, page: 100 }, filter));
        expect(far).toMatch(/Index Only Scan.* using study_list_index/);
        // what is read in order needs no sorting
        expect(far).not.toContain("Sort Key");
      }
    };
    await vi.waitFor(look, { timeout: 20_000, interval: 200 });
  });

  test("refuses a search text that is no id, so that no name gets into an address", async () => {
    expect((await api.call("GET", "/api/studies?q=kanarienvogel")).status).toBe(400);
  });
});

describe("finding a patient", () => {
  const find = async (text: string) => {
    const { body } = await api.call<{ ids: string[]; more: boolean }>("POST", "/api/find-patient", { text });
    const rows = await orm.em.fork().find(Study, { id: { $in: body.ids } });
    const who = rows.map((row) => `${row.patientName} ${row.patientId} ${row.accessionNumber}`);
    return { ...body, who };
  };

  test("goes by words of the name in any order, and by beginnings of the numbers", async () => {
    const byName = await find("carla7 nightingale");
    expect(byName.ids.length).toBeGreaterThan(0);
    expect(byName.who.every((who) => who.includes("NIGHTINGALE") && who.includes("CARLA7"))).toBe(true);
    expect((await find("PID-1234")).who).toEqual([expect.stringContaining("PID-1234 ")]);
    expect((await find("acc-3702")).who).toEqual([expect.stringContaining("PID-1234 ")]);
    expect(await find("nobody")).toMatchObject({ ids: [], more: false });
    const many = await find("sparrow");
    expect([many.ids.length, many.more]).toEqual([100, true]);
    expect(many.ids).toEqual((await list(`perPage=100&ids=${many.ids.join()}`)).data.map(({ id }) => id));
  });

  test("finds what is still being received, and takes quotes and signs for nothing but gaps", async () => {
    const id = (await find("PID-77")).ids[0]!;
    await orm.em
      .fork()
      .execute("update study set status = 'receiving', quiet_since = now() + interval '1 h' where id = ?", [
        id,
      ]);
    expect((await find("PID-77")).ids).toContain(id);
    expect(await find("pid' & 77:* | !x")).toMatchObject({ ids: [] });
    expect((await api.call("POST", "/api/find-patient", { text: "^^=" })).status).toBe(400);
  });

  test("is journalled with what was found; what was typed is nowhere", async () => {
    const { ids } = await find("Zaunkoenig101");
    const [line] = await journalled("patient.searched");
    expect(line).toMatchObject({ actor: "admin", detail: { found: ids.length, studies: ids } });
    const folder = join(site.folder, "data/logs");
    const logs = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    expect(`${JSON.stringify(line)} ${logs.join("")}`.toLowerCase()).not.toContain("zaunkoenig101");
  });
});

describe("a page of patients", () => {
  test("A-235 is revealed at once, with a line in the journal of each study", async () => {
    const studyIds = (await list("perPage=5")).data.map(({ id }) => id);
    const body = { studyIds, fields: ["patientName", "accessionNumber", "studyId"] };
    const answer = await api.call<Record<string, Record<string, string>>>(
      "POST",
      "/api/studies/reveal",
      body,
    );
    expect(Object.keys(answer.body).toSorted()).toEqual(studyIds.toSorted());
    // a field without a value has none to show
    expect(Object.keys(answer.body[studyIds[0]!]!)).toEqual(["patientName", "accessionNumber"]);
    const lines = (await journalled("phi.revealed")).slice(0, 5);
    expect(lines.map(({ studyId }) => studyId).toSorted()).toEqual(studyIds.toSorted());
    expect(lines[0]).toMatchObject({ actor: "admin", detail: { fields: body.fields, together: 5 } });
  });

  test("A-235 is shown only for a reason where the site wants one, and the reason is on record", async () => {
    const [row] = (await list("perPage=1")).data;
    const settings = new SettingsClient(api);
    expect((await settings.save("core.access", { revealNeedsReason: true })).status).toBe(200);
    const one = { fields: ["patientName"] };
    const many = { ...one, studyIds: [row!.id] };
    const asks = [
      [`/api/studies/${row!.id}/reveal`, one],
      ["/api/studies/reveal", many],
      ["/api/studies/export", { withPatients: true }],
      ["/api/find-patient", { text: "kanarien" }],
      [`/api/studies/${row!.id}/deidentification-preview`, { reveal: true }],
    ] as const;
    const counts = async () => [
      (await journalled("phi.revealed")).length,
      (await journalled("patient.searched")).length,
    ];
    const before = await counts();
    for (const [path, body] of asks) {
      const answer = await api.call("POST", path, body);
      expect(answer).toMatchObject({ status: 400, body: { code: "phi.reason-needed" } });
      expect((await api.call("POST", path, { ...body, reason: "   " })).status).toBe(400);
    }
    expect(await counts()).toEqual(before);
    for (const [path, body] of asks.slice(0, 2)) {
      expect((await api.call("POST", path, { ...body, reason: "second opinion" })).status).toBe(200);
      const [line] = await journalled("phi.revealed");
      expect(line).toMatchObject({ studyId: row!.id, detail: { reason: "second opinion" } });
    }
    const search = { text: "kanarien", reason: "second opinion" };
    expect((await api.call("POST", "/api/find-patient", search)).status).toBe(200);
    expect((await journalled("patient.searched"))[0]!.detail).toMatchObject({ reason: "second opinion" });
    await settings.save("core.access", { revealNeedsReason: false });
  });
});

describe("the export of the list", () => {
  const csv = async (body: object) => {
    const response = await api.fetch("/api/studies/export", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return {
      type: response.headers.get("content-type"),
      lines: (await response.text()).trim().split("\r\n"),
    };
  };

  test("has a line for each study that fits, and nobody's name", async () => {
    const { type, lines } = await csv({ source: "PACS3" });
    expect(type).toContain("text/csv");
    expect(lines.length - 1).toBe((await list("source=PACS3")).total);
    expect(lines[0]).toMatch(/^study,received,/);
    expect(lines.join()).not.toMatch(/CARLA|PID-|ACC-/);
    const [line] = await journalled("studies.exported");
    expect(line).toMatchObject({ actor: "admin", detail: { filters: ["source"], withPatients: false } });
  });

  test("goes over all pages, each study once, and names patients only when asked, which is journalled", async () => {
    const { lines } = await csv({ withPatients: true });
    expect(new Set(lines.slice(1).map((line) => line.split(",")[0])).size).toBe(STUDIES);
    expect(lines[1]).toMatch(/\^CARLA\d+,PID-\d+,ACC-\d+$/);
    expect((await journalled("studies.exported"))[0]).toMatchObject({ detail: { withPatients: true } });
  });
});
