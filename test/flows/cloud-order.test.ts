// An order of the cloud API from its placing to its result: through the desk, as a plugin speaks to it.
import { derivedUid } from "@thalamus/sdk/dicom";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callerOf, refusalOf, sha256Of } from "../support/desk-client.ts";
import { type DeskSite, openDeskSite, studyZip } from "../support/desk-site.ts";

let site: DeskSite;
beforeAll(async () => {
  site = await openDeskSite();
});
afterAll(() => site.stop());

const DIAGNOSTIC = "diagnostic";

describe("an order", () => {
  test("is placed, gets its data, is run and delivered, and its files can be fetched", async () => {
    const desk = site.client();
    const placed = await desk.place({ studyName: "Study A", metadata: { patient_age: "48" } });
    expect(placed).toMatchObject({ status: "PENDING", progress: 0, hasData: false, results: [] });
    const archive = await studyZip("a");
    const begun = await desk.deliver(placed.id, archive, { sha256: sha256Of(archive) });
    expect(begun).toMatchObject({ status: "DX_STARTED", hasData: true });
    const order = await desk.delivered(placed.id);
    expect(order).toMatchObject({ progress: 1, info: "Finished", studyName: "Study A" });
    const index = { name: "images", value: 3, unit: "1" };
    expect(order.results).toMatchObject([{ product: "quick-report", kind: DIAGNOSTIC, indexes: [index] }]);
    expect(order.results[0]!.files.map(({ name }) => name).sort()).toEqual(["data", "report"]);
    const which = { orderId: order.id };
    const file = await desk.file("open", which, { name: "report", kind: DIAGNOSTIC });
    expect(sha256Of(file.content)).toBe(file.sha256);
    const studyUid = derivedUid("small study", "a");
    expect(await desk.ask("subject", which)).toMatchObject({
      studyUid,
      patientId: "SMALL-1",
      files: expect.any(Number),
    });
    expect(await refusalOf(desk.file("open", which, { name: "none", kind: DIAGNOSTIC }))).toBe(
      "desk.no-such-report",
    );
    // metadata counts more than the files, and the product's job has the order's own id
    const [study] = await site.query("select patient_age, study_name from study where owner = $1", order.id);
    expect(study).toEqual({ patient_age: "048Y", study_name: "Study A" });
    expect(await site.query("select id from product_order where id = $1", order.id)).toHaveLength(1);
  });

  test("with a key of idempotency is placed once, whoever comes first", async () => {
    const desk = site.client();
    const order = { idempotencyKey: "once" };
    const all = await Promise.all([desk.place(order), desk.place(order), desk.place(order)]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    const other = await site.client().place(order);
    expect(other.id).not.toBe(all[0]!.id);
  });

  test("is refused for a product, a batch or a value that cannot be, and for a study name that is taken", async () => {
    const desk = site.client();
    expect(await refusalOf(desk.place({ products: ["none"] }))).toBe("desk.unknown-product");
    expect(await refusalOf(desk.place({ batchId: crypto.randomUUID() }))).toBe("desk.unknown-batch");
    expect(await refusalOf(desk.place({ metadata: { patient_age: "old" } }))).toBe("desk.bad-metadata");
    const first = await desk.place({ studyName: "One" });
    expect(await refusalOf(desk.place({ studyName: "One" }))).toBe("desk.study-name-taken");
    await desk.ask("cancel", { orderId: first.id });
    await desk.place({ studyName: "One" });
  });

  test("is its member's and its organisation's admin's, and nobody else learns that it is there", async () => {
    const owner = callerOf();
    const { id } = await site.client(owner).place({ studyUid: "1.2.3" });
    const asked = async (caller: ReturnType<typeof callerOf>) =>
      refusalOf(site.client(caller).ask("find", { orderId: id }));
    expect(await asked(callerOf(owner.organisationId))).toBe("desk.not-yours");
    expect(await asked(callerOf(owner.organisationId, { isAdmin: true }))).toBe("nothing");
    expect(await asked(callerOf(undefined, { isAdmin: true }))).toBe("desk.unknown-order");
    const byUid = (caller: ReturnType<typeof callerOf>) =>
      refusalOf(site.client(caller).ask("cancel", { studyUid: "1.2.3" }));
    expect(await byUid(callerOf(owner.organisationId))).toBe("desk.unknown-order");
    expect(await byUid(callerOf())).toBe("desk.unknown-order");
    expect(await byUid(owner)).toBe("nothing");
    const stranger = site.client();
    expect(await refusalOf(stranger.ask("find", { orderId: "no uuid" }))).toBe("desk.unknown-order");
    expect(await refusalOf(stranger.ask("beginUpload", id, { bytes: 10 }))).toBe("desk.unknown-order");
  });

  test("keeps what is said of it, and takes no more of it when its data is in", async () => {
    const desk = site.client();
    const { id } = await desk.place({ metadata: { patient_sex: "O" } });
    await desk.ask("addMetadata", { orderId: id }, { accession_number: "A-1", patient_age: "050Y" });
    const said = { patient_sex: "O", accession_number: "A-1", patient_age: "050Y" };
    expect(await desk.ask("metadata", { orderId: id })).toEqual(said);
    await desk.deliver(id, await studyZip("metadata"));
    const late = desk.ask("addMetadata", { orderId: id }, { patient_age: "051Y" });
    expect(await refusalOf(late)).toBe("desk.too-late");
    await desk.delivered(id);
    const columns = "patient_sex, patient_age, accession_number";
    const [study] = await site.query(`select ${columns} from study where owner = $1`, id);
    expect(study).toEqual({ patient_sex: "O", patient_age: "050Y", accession_number: "A-1" });
  });

  test("is journalled with the ids of who did it, and without what identifies anybody", async () => {
    const desk = site.client();
    const { id } = await desk.place({ studyName: "Doe^Jane", studyUid: derivedUid("small study", "told") });
    await desk.deliver(id, await studyZip("told"));
    await desk.delivered(id);
    await desk.file("open", { orderId: id }, { name: "data", kind: DIAGNOSTIC });
    const rows = await site.query<{ event: string; actor: string; detail: object }>(
      "select event, actor, detail from journal where detail->>'order' = $1 order by id",
      id,
    );
    expect(rows.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        ...["cloud-order.placed", "cloud-order.upload-begun", "cloud-order.addresses-issued"],
        ...["cloud-order.part-received", "cloud-order.upload-complete", "cloud-order.data-complete"],
        ...["cloud-order.taken-in", "cloud-order.delivered", "cloud-order.file-opened"],
      ]),
    );
    const { organisationId, memberId, keyId } = desk.caller;
    expect(rows.at(-1)).toMatchObject({
      event: "cloud-order.file-opened",
      actor: `cloud:${memberId}`,
      detail: { organisation: organisationId, key: keyId },
    });
    const text = JSON.stringify(rows);
    for (const secret of ["Doe", "Small", "SMALL-1", derivedUid("small study", "told"), "/desk/parts"])
      expect(text).not.toContain(secret);
  });
});
