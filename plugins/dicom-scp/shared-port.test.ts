// Several hubs on one machine may listen on one port; without saying so, the second one is told that it is taken.
import { describe, expect, it } from "vitest";
import { RawSender } from "./testing/raw-sender.ts";
import { type ScpUnderTest, startScp } from "./testing/scp-under-test.ts";

/** With so many the odds that one of two receivers gets none are one in 500 million. */
const ASSOCIATIONS = 30;

describe.runIf(process.platform === "linux")("a shared port", () => {
  it("spreads associations over all hubs that listen on it, and one that stops leaves it to the others", async () => {
    await using first = await startScp({ sharePort: true });
    const { port } = first;
    await using second = await startScp({ sharePort: true, port });
    for (let count = 0; count < ASSOCIATIONS; count += 1) await associate(port);
    const [ofFirst, ofSecond] = [accepted(first), accepted(second)];
    expect(ofFirst + ofSecond).toBe(ASSOCIATIONS);
    expect(Math.min(ofFirst, ofSecond)).toBeGreaterThan(0);
    await first.stop();
    await associate(port);
    expect(accepted(second)).toBe(ofSecond + 1);
  });

  it("belongs to one hub alone unless both say otherwise", async () => {
    await using first = await startScp();
    await expect(startScp({ port: first.port, sharePort: true })).rejects.toMatchObject({
      code: "dicom-scp.listen-failed",
    });
  });
});

const accepted = (scp: ScpUnderTest): number => scp.log.all("association.accepted").length;

async function associate(port: number): Promise<void> {
  const sender = new RawSender(port);
  await sender.associate();
  await sender.release();
}
