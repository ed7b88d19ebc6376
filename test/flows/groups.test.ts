// Groups from the first study to the report that a registry, or a mailbox, gets.
import { createHash } from "node:crypto";
import { answering, WebReceiver } from "@thalamus/sdk/testing";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Hub } from "../../core/hub.ts";
import { ApiClient } from "../support/api-client.ts";
import {
  type GroupView,
  groupLine,
  newGroup,
  reportsWhere,
  sendObjects,
  sendSmall,
} from "../support/group-site.ts";
import { hubInProcess, newSite, type TestSite } from "../support/hub-in-test.ts";
import { startMailServer, type TestMailServer } from "../support/mail-server.ts";
import { studyWhere } from "../support/study-watch.ts";

let web: WebReceiver;
let mail: TestMailServer;
let site: TestSite;
let hub: Hub;
let api: ApiClient;
let dicom: number;

beforeAll(async () => {
  web = await WebReceiver.start(answering(201, {}, '{"id":"R-1"}'));
  mail = await startMailServer();
  site = await newSite(groupLine({ web: `${web.url}/in`, mailPort: mail.port }));
  hub = await hubInProcess(site);
  api = await ApiClient.signedIn(hub.http.port);
  dicom = hub.listeners.get("dicom-scp")!.port;
});
afterAll(async () => {
  await hub?.stop();
  await web?.[Symbol.asyncDispose]();
  await mail?.[Symbol.asyncDispose]();
  site?.remove();
});

const processed = (id: string) => studyWhere(api, id, ({ status }) => status === "processed");
const journalOf = async (event: string): Promise<unknown[]> => {
  const client = new pg.Client(site.databaseUrl);
  await client.connect();
  const { rows } = await client.query("select detail from journal where event = $1 order by id", [event]);
  await client.end();
  return rows.map(({ detail }) => detail);
};

describe("groups", () => {
  test("A-158 A-159 A-161 A-162 studies that come over DICOM join, and when the last is through the registry gets the table", async () => {
    const form = {
      name: "Trial 7",
      autoAssign: true,
      delivery: "registry",
      fileName: "{group_name} {report_type}",
    };
    const group = await newGroup(api, form);
    const first = await sendSmall(api, dicom, "auto one");
    await processed(first);
    const [sent] = await reportsWhere(api, group.id, ([one]) => one?.state === "sent");
    expect(sent).toMatchObject({ reason: "completed", target: "registry", studies: 1, rows: 1, attempt: 1 });
    const request = web.requests.find(({ headers }) => headers["idempotency-key"] === sent!.id)!;
    expect(request.headers["content-type"]).toBe("text/csv");
    expect(request.headers["content-disposition"]).toBe(
      'attachment; filename="Trial 7 Prediction Indexes.csv"',
    );
    expect(createHash("sha256").update(request.body).digest("hex")).toBe(sent!.sha256);
    expect(String(request.body)).toBe(
      `study,product,product_version,status,failure_code,images\r\n${first},quick-report,1.0.0,processed,,2\r\n`,
    );

    // a later addition that completes makes another report, with all of them
    const second = await sendSmall(api, dicom, "auto two");
    const [newer] = await reportsWhere(api, group.id, (all) => all.length === 2 && all[0]!.state === "sent");
    expect(newer).toMatchObject({ studies: 2, rows: 2 });
    expect(String(web.requests.at(-1)?.body)).toContain(second);
    // and so does a study that grows
    await sendObjects(dicom, "auto one", [3]);
    await reportsWhere(api, group.id, (all) => all.length === 3 && all[0]!.state === "sent");
    expect(String(web.requests.at(-1)?.body)).toContain(`${first},quick-report,1.0.0,processed,,3\r\n`);
    expect(await journalOf("group.study-joined")).toEqual(
      Array(2).fill({ group: group.id, reason: "auto-assign" }),
    );
    const view = await api.call<GroupView>("GET", `/api/groups/${group.id}`);
    expect(view.body).toMatchObject({ complete: true, members: { total: 2, done: 2, working: 0 } });
    await api.call("PATCH", `/api/groups/${group.id}`, { autoAssign: false });
  });

  test("A-163 A-262 a report is sent by mail when somebody asks for it, and what the server said is kept", async () => {
    const group = await newGroup(api, {
      name: "Mail trial",
      delivery: "trial-mail",
      sendOnCompletion: false,
    });
    const id = await sendSmall(api, dicom, "by mail");
    await processed(id);
    expect(await api.call("POST", `/api/groups/${group.id}/studies`, { studyIds: [id] })).toMatchObject({
      status: 204,
    });
    await reportsWhere(api, group.id, ([one]) => one?.state === "kept");
    expect(mail.received).toHaveLength(0);
    const asked = await api.call<{ id: string }>("POST", `/api/groups/${group.id}/reports`);
    expect(asked.status).toBe(202);
    await reportsWhere(api, group.id, ([one]) => one?.id === asked.body.id && one.state === "sent");
    const { raw } = mail.received[0]!;
    expect(raw).toContain("Subject: Prediction Indexes of Mail trial");
    expect(raw).toContain(`Message-ID: <${asked.body.id}@example.org>`);
    expect(raw).toMatch(
      /^Content-Type: text\/csv; name="Mail trial Prediction Indexes\r?\n? \d{4}-\d\d-\d\d\.csv"/m,
    );
  });

  test("A-264 all studies of a group have the same products: others do not join, and what is not ordered yet follows", async () => {
    const [one, other] = [
      await newGroup(api, { name: "One" }),
      await newGroup(api, { name: "Other", products: ["second"] }),
    ];
    const id = await sendSmall(api, dicom, "same products");
    await processed(id);
    const join = (group: GroupView) =>
      api.call("POST", `/api/groups/${group.id}/studies`, { studyIds: [id] });
    expect(await join(other)).toMatchObject({
      status: 409,
      body: { code: "group.other-products", details: { studyIds: [id] } },
    });
    expect((await join(one)).status).toBe(204);
    const total = async ({ id }: GroupView) =>
      (await api.call<GroupView>("GET", `/api/groups/${id}`)).body.members.total;
    expect([await total(one), await total(other)]).toEqual([1, 0]);
    const products = { products: ["second"] };
    expect(await api.call("PATCH", `/api/groups/${one.id}`, products)).toMatchObject({
      status: 409,
      body: { code: "group.products-locked" },
    });
    await api.call("DELETE", `/api/groups/${one.id}/studies`, { studyIds: [id] });
    expect(await total(one)).toBe(0);
    expect((await api.call("PATCH", `/api/groups/${one.id}`, products)).status).toBe(200);
    await api.call("PATCH", `/api/groups/${other.id}`, { autoAssign: true });
    const late = await sendSmall(api, dicom, "follows");
    await studyWhere(api, late, ({ status }) => status !== "receiving" && status !== "queued");
    await api.call("PATCH", `/api/groups/${other.id}`, { autoAssign: false });
    const info = await api.call<{ orders: { product: string }[] }>("GET", `/api/study-info/${late}`);
    expect(info.body.orders.map(({ product }) => product)).toEqual(["second"]);
  });

  test("A-160 a report goes out by the clock, although nothing is new", async () => {
    const group = await newGroup(api, { name: "Weekly", delivery: "registry", schedule: "0 6 * * 1,4" });
    expect(
      new Date((await api.call<GroupView>("GET", `/api/groups/${group.id}`)).body.nextReportAt!).getTime(),
    ).toBeGreaterThan(Date.now());
    const client = new pg.Client(site.databaseUrl);
    await client.connect();
    await client.query("update study_group set next_run_at = now() - interval '1 second' where id = $1", [
      group.id,
    ]);
    await client.end();
    await api.call("POST", "/api/chores/group-reports/run");
    const [report] = await reportsWhere(api, group.id, ([one]) => one?.state === "sent");
    expect(report).toMatchObject({ reason: "scheduled", rows: 0 });
    const { body } = await api.call<GroupView>("GET", `/api/groups/${group.id}`);
    expect([1, 4]).toContain(new Date(body.nextReportAt!).getDay());
  });

  test("A-263 the table can be saved, now and as it was sent; only the file names patients, and the journal says so", async () => {
    const group = await newGroup(api, { name: "Named", identifyBy: "patient-id" });
    const id = await sendSmall(api, dicom, "named", { PatientID: "=CANARY-9" });
    await processed(id);
    await api.call("POST", `/api/groups/${group.id}/studies`, { studyIds: [id] });
    const [report] = await reportsWhere(api, group.id, ([one]) => one?.state === "kept");
    const file = await api.fetch(`/api/group-reports/${report!.id}/file`);
    expect(await file.text()).toContain(`${id},'=CANARY-9,quick-report`);
    const now = await api.fetch(`/api/groups/${group.id}/report.csv`);
    expect(now.headers.get("content-disposition")).toMatch(/^attachment; filename="Named /);
    expect(await now.text()).toContain("CANARY-9");
    const preview = await api.call("GET", `/api/groups/${group.id}/preview`);
    expect(preview.body).toMatchObject({
      total: 1,
      rows: [[id, "quick-report", "1.0.0", "processed", null, 2]],
    });
    expect(JSON.stringify(preview.body)).not.toContain("CANARY");
    const looks = await journalOf("group.report-downloaded");
    expect(looks).toEqual([
      { group: group.id, report: report!.id, identifyBy: "patient-id" },
      { group: group.id, identifyBy: "patient-id" },
    ]);
  });

  test("A-177 a destination that refuses is told, tried again when it may help, and a person can send once more", async () => {
    const group = await newGroup(api, { name: "Refused", delivery: "registry" });
    web.answer = answering(422);
    const asked = await api.call<{ id: string }>("POST", `/api/groups/${group.id}/reports`);
    const [failed] = await reportsWhere(api, group.id, ([one]) => one?.state === "failed");
    expect(failed).toMatchObject({ code: "deliver-rest.refused", attempt: 1 });
    web.answer = answering(503);
    await api.call("POST", `/api/group-reports/${asked.body.id}/send`);
    await reportsWhere(api, group.id, ([one]) => one?.code === "deliver-rest.busy");
    web.answer = answering(200);
    await reportsWhere(api, group.id, ([one]) => one?.state === "sent");
    const keys = web.requests.filter(({ headers }) => headers["idempotency-key"] === asked.body.id);
    expect(keys.length).toBeGreaterThanOrEqual(3);
    expect(await api.call("POST", `/api/group-reports/${asked.body.id}/send`)).toMatchObject({
      status: 409,
      body: { code: "group.not-so" },
    });
  });

  test("A-260 A-264 wrong settings are refused with their codes, and deleting asks for the name", async () => {
    const code = async (form: object) =>
      (await api.call("POST", "/api/groups", { products: ["quick-report"], ...form })).body["code"];
    const group = await newGroup(api, { name: "Once" });
    expect(await code({ name: "Once" })).toBe("group.name-taken");
    expect(await code({ name: "A", products: ["no-such"] })).toBe("group.unknown-product");
    expect(await code({ name: "A", delivery: "dicom-scp" })).toBe("group.no-destination");
    expect(await code({ name: "A", schedule: "every tuesday" })).toBe("group.schedule");
    expect(await code({ name: "A", fileName: "{patient}" })).toBe("group.file-name");
    expect(await api.call("POST", `/api/groups/${group.id}/reports`)).toMatchObject({
      status: 409,
      body: { code: "group.no-delivery" },
    });
    const missing = "00000000-0000-4000-8000-000000000000";
    expect(await api.call("POST", `/api/groups/${group.id}/studies`, { studyIds: [missing] })).toMatchObject({
      status: 404,
      body: { code: "group.no-study", details: { studyIds: [missing] } },
    });
    expect(await api.call("DELETE", `/api/groups/${group.id}?name=Twice`)).toMatchObject({ status: 409 });
    expect((await api.call("DELETE", `/api/groups/${group.id}?name=Once`)).status).toBe(204);
    expect((await api.call("GET", `/api/groups/${group.id}`)).status).toBe(404);
  });

  test("two groups never take what comes by themselves at the same time", async () => {
    const one = await newGroup(api, { name: "Auto 1", autoAssign: true });
    const two = await newGroup(api, { name: "Auto 2", autoAssign: true });
    const auto = async ({ id }: GroupView) =>
      (await api.call<GroupView>("GET", `/api/groups/${id}`)).body.autoAssign;
    await vi.waitFor(async () => expect([await auto(one), await auto(two)]).toEqual([false, true]), 20_000);
    await api.call("PATCH", `/api/groups/${two.id}`, { autoAssign: false });
  });
});
