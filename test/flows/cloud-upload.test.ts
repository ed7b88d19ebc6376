// The part door of the order desk: what an address is good for, what it refuses, and when an upload is complete.
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { zipOf } from "../support/archives.ts";
import { type DeskClient, refusalOf, sha256Of } from "../support/desk-client.ts";
import { type DeskSite, openDeskSite, studyFiles, studyZip } from "../support/desk-site.ts";
import { smallFile } from "../support/small-dicom.ts";

let site: DeskSite;
beforeAll(async () => {
  site = await openDeskSite();
});
afterAll(() => site.stop());

const folders = () => readdirSync(join(site.site.folder, "data/files/uploads/cloud"));

/** An order with an upload, and the address of its first part. */
async function opened(desk: DeskClient, bytes: Buffer, sha256?: string) {
  const { id } = await desk.place();
  const upload = await desk.ask("beginUpload", id, { bytes: bytes.length });
  const wanted = [{ number: 1, ...(sha256 === undefined ? {} : { sha256 }) }];
  const base = `http://127.0.0.1:${site.hub.http.port}/desk/parts/`;
  const [address] = await desk.ask("partAddresses", upload.id, wanted, base);
  return { id, upload, address: address! };
}

describe("an address", () => {
  test("takes its part, also once more, and the last one that came counts", async () => {
    const desk = site.client();
    const archive = await studyZip("replaced", 4);
    const { id, upload, address } = await opened(desk, archive);
    const other = Buffer.alloc(archive.length, 1);
    const first = await desk.put(address, other);
    const second = await desk.put(address, archive);
    expect(second).toBe(`"${sha256Of(archive)}"`);
    const complete = (etag: string) => desk.ask("completeUpload", upload.id, [{ number: 1, etag }], true);
    expect(await refusalOf(complete(first))).toBe("desk.part-differs");
    const folder = join(site.site.folder, "data/files/uploads/cloud", upload.id);
    expect(readdirSync(folder)).toHaveLength(1);
    // some clients take the quotes off
    await complete(second.replaceAll('"', ""));
    await desk.delivered(id);
    await vi.waitFor(() => expect(folders()).not.toContain(upload.id), { timeout: 20_000 });
  });

  test("is good for its upload, its part and its time alone", async () => {
    const desk = site.client();
    const archive = await studyZip("address");
    const { address } = await opened(desk, archive);
    const { url } = address;
    expect(new Date(address.expiresAt).getTime() - Date.now()).toBeGreaterThan(3_500_000);
    const token = url.split("/").at(-1)!;
    const spoilt = [
      `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`,
      `${token.slice(0, 4)}${token[4] === "A" ? "B" : "A"}${token.slice(5)}`,
      ...["", "x", `${token}A`, "A".repeat(token.length)],
    ];
    for (const one of spoilt) {
      const put = desk.put({ url: url.replace(token, one), headers: {} }, archive);
      expect(await refusalOf(put), one).toBe("desk.bad-address");
    }
    const { upload } = await opened(desk, archive);
    expect(await refusalOf(desk.addresses(upload.id, 2))).toBe("desk.part-differs");
    expect(await refusalOf(site.client().addresses(upload.id, 1))).toBe("desk.unknown-upload");
  });

  test("takes nothing more when its upload is complete, aborted or its order cancelled", async () => {
    const desk = site.client();
    const archive = await studyZip("over");
    const [complete, aborted, cancelled] = [
      await opened(desk, archive),
      await opened(desk, archive),
      await opened(desk, archive),
    ];
    const etag = await desk.put(complete.address, archive);
    await desk.ask("completeUpload", complete.upload.id, [{ number: 1, etag }], true);
    // the answer may have been lost
    await desk.ask("completeUpload", complete.upload.id, [{ number: 1, etag }], true);
    expect(await desk.ask("abortUpload", aborted.upload.id)).toMatchObject({ status: "CANCELLED" });
    await desk.ask("cancel", { orderId: cancelled.id });
    for (const { address } of [complete, aborted, cancelled])
      expect(await refusalOf(desk.put(address, archive))).toBe("desk.bad-address");
    expect(await refusalOf(desk.addresses(aborted.upload.id, 1))).toBe("desk.too-late");
    await desk.delivered(complete.id);
    await vi.waitFor(() => expect(folders()).not.toContain(aborted.upload.id), { timeout: 20_000 });
  });

  test("refuses a part of another size or SHA-256, and nothing of it is left", async () => {
    const desk = site.client();
    const archive = await studyZip("differs");
    const { upload, address } = await opened(desk, archive, sha256Of(archive));
    expect(await refusalOf(desk.put(address, archive.subarray(1)))).toBe("desk.part-differs");
    const more = Buffer.concat([archive, archive]);
    expect(await refusalOf(desk.put(address, more))).toBe("desk.too-large");
    const other = Buffer.from(archive);
    other[10]! ^= 1;
    expect(await refusalOf(desk.put(address, other))).toBe("desk.part-differs");
    expect(await desk.ask("beginUpload", (await desk.place()).id, { bytes: 1 })).toMatchObject({
      received: [],
    });
    expect(folders()).not.toContain(upload.id);
    await desk.put(address, archive);
    const { received } = await desk.ask("beginUpload", await orderOf(upload.id), { bytes: archive.length });
    expect(received).toEqual([{ number: 1, etag: `"${sha256Of(archive)}"` }]);
  });

  test("that a sender broke off leaves nothing, and takes the part afterwards", async () => {
    const desk = site.client();
    const archive = await studyZip("broken off");
    const { upload, address } = await opened(desk, archive);
    const abort = new AbortController();
    const body = new ReadableStream({
      start: (stream) => {
        stream.enqueue(new Uint8Array(archive.subarray(0, 100)));
        setTimeout(() => abort.abort(), 200);
      },
    });
    const put = fetch(address.url, { method: "PUT", body, signal: abort.signal, duplex: "half" } as never);
    await expect(put).rejects.toThrow();
    await vi.waitFor(() => expect(folders()).not.toContain(upload.id), { timeout: 20_000 });
    await desk.put(address, archive);
  });

  const orderOf = async (upload: string) => {
    const [row] = await site.query<{ order_id: string }>(
      "select order_id from cloud_upload where id = $1",
      upload,
    );
    return row!.order_id;
  };
});

describe("an upload", () => {
  test("in several parts, sent in any order and completed out of order, is one archive", async () => {
    const desk = site.client();
    const padding = { path: "notes.txt", bytes: randomBytes(17 * 2 ** 20) };
    const archive = await zipOf([...studyFiles("parts", 5), padding]);
    const { id } = await desk.place();
    const wanted = { bytes: archive.length, sha256: sha256Of(archive) };
    const upload = await desk.ask("beginUpload", id, wanted);
    expect(upload).toMatchObject({ parts: 2, partBytes: 16 * 2 ** 20 });
    const addresses = await desk.addresses(upload.id, 2, 1);
    const bytes = (number: number) =>
      archive.subarray((number - 1) * upload.partBytes, number * upload.partBytes);
    const parts: { number: number; etag: string }[] = [];
    for (const address of addresses) {
      const { number } = address;
      parts.push({ number, etag: await desk.put(address, bytes(number)) });
    }
    const missing = desk.ask("completeUpload", upload.id, parts.slice(1), true);
    expect(await refusalOf(missing)).toBe("desk.part-missing");
    await desk.ask("completeUpload", upload.id, parts, true);
    expect((await desk.delivered(id)).results).toMatchObject([{ indexes: [{ value: 5 }] }]);
  });

  test("of another size takes the place of the one that is open", async () => {
    const desk = site.client();
    const { id } = await desk.place();
    const first = await desk.ask("beginUpload", id, { bytes: 1000 });
    expect((await desk.ask("beginUpload", id, { bytes: 1000 })).id).toBe(first.id);
    const second = await desk.ask("beginUpload", id, { bytes: 2000 });
    expect(second.id).not.toBe(first.id);
    expect(await refusalOf(desk.addresses(first.id, 1))).toBe("desk.unknown-upload");
    expect(await refusalOf(desk.ask("beginUpload", id, { bytes: 5_000_000_001 }))).toBe("desk.too-large");
  });

  test("of a single PUT begins its order when it has arrived, be it a ZIP or one DICOM file", async () => {
    const desk = site.client();
    for (const bytes of [await studyZip("single", 2), smallFile("single file", 1)]) {
      const { id } = await desk.place();
      const upload = await desk.ask("beginUpload", id, { single: true });
      const [address] = await desk.addresses(upload.id, 1);
      expect(await refusalOf(desk.put(address!, randomBytes(5_000_000)))).toBe("desk.too-large");
      await desk.put(address!, bytes);
      await desk.delivered(id);
    }
  });

  test("of a single PUT that comes several times at once begins its order once", async () => {
    const desk = site.client();
    const orders = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        const bytes = [await studyZip(`at once ${index}`, 2), await studyZip(`at once, too ${index}`, 2)];
        const { id } = await desk.place();
        const upload = await desk.ask("beginUpload", id, { single: true });
        const [address] = await desk.addresses(upload.id, 1);
        const puts = [...bytes, ...bytes].map((each) => desk.put(address!, each).catch((error) => error));
        return { id, puts };
      }),
    );
    for (const { id, puts } of orders) {
      const answers = await Promise.all(puts);
      expect(answers.some((answer) => typeof answer === "string")).toBe(true);
      await desk.delivered(id);
    }
  });
});
