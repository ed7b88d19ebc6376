// What every delivery does alike that brings documents; part of the contract suite of kind "deliver".
import { createHash, randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../outcome.ts";
import type { OutgoingDocument } from "../../outgoing-document.ts";
import { Sabotage } from "./contract-step.ts";
import type { Destination } from "./destination.ts";

export interface DocumentBench {
  readonly destination: () => Destination;
  readonly scratch: () => string;
  readonly deliver: (document: OutgoingDocument, signal: AbortSignal) => Promise<Outcome>;
}

const TABLE = "study,product,FA\r\ns1,dti-metrics,0.43\r\n";

export function documentContract({ destination, scratch, deliver }: DocumentBench): void {
  beforeEach(() => {
    destination().answers = "well";
  });

  async function document(more: Partial<OutgoingDocument> = {}): Promise<OutgoingDocument> {
    const path = join(scratch(), "table.csv");
    await writeFile(path, TABLE);
    const sha256 = createHash("sha256").update(TABLE).digest("hex");
    return {
      id: randomUUID(),
      ...{ title: "Prediction Indexes of Trial", fileName: "Trial 2026-01-02.csv", mediaType: "text/csv" },
      ...{
        path,
        sha256,
        bytes: Buffer.byteLength(TABLE),
        rows: 1,
        createdAt: new Date("2026-01-02T03:04:05Z"),
      },
      group: { id: randomUUID(), name: "Trial" },
      acting: async () => {},
      ...more,
    };
  }
  const { signal } = new AbortController();

  describe("a document", () => {
    test("it says that it acts before anything leaves, and nothing leaves when that is refused", async () => {
      const before = (await destination().arrived()).length;
      const arrivedWhenActing: number[] = [];
      const acting = async () => {
        arrivedWhenActing.push((await destination().arrived()).length - before);
      };
      expect(await deliver(await document({ acting }), signal)).toMatchObject({ kind: "delivered" });
      expect(arrivedWhenActing).toEqual([0]);
      const after = (await destination().arrived()).length;
      expect(after).toBe(before + 1);
      const refused = await document({ acting: () => Promise.reject(new Sabotage("the claim is lost")) });
      await expect(deliver(refused, signal)).rejects.toThrow(Sabotage);
      expect(await destination().arrived()).toHaveLength(after);
    });

    test("a repeat brings the same thing once more, under the same key", async () => {
      const before = (await destination().arrived()).length;
      const id = randomUUID();
      const first = await deliver(await document({ id }), signal);
      expect(await deliver(await document({ id }), signal)).toEqual(first);
      const [one, other] = (await destination().arrived()).slice(before);
      expect(one).toBeTruthy();
      expect(other).toBe(one);
    });

    test("a file that has changed is not delivered", async () => {
      const before = (await destination().arrived()).length;
      const changed = await document({ sha256: "0".repeat(64) });
      const outcome = await deliver(changed, signal).catch((error: { code?: string }) => error);
      expect(outcome).not.toMatchObject({ kind: "delivered" });
      expect(await destination().arrived()).toHaveLength(before);
    });
  });
}
