// kill -9 of a hub under load, at a random moment; it starts again, or another one takes over.
import { CrashSite } from "./kit/crash-site.ts";
import { RoundReport } from "./kit/round-report.ts";
import { between, type PartOptions } from "./kit/suite-part.ts";

const SENDERS = 6;
/** Acknowledged objects before the kill, at least and at most. */
const BEFORE = [20, 300] as const;
const AFTER = 60;
/** The kill comes up to this much later, so that it does not always follow an answer. */
const LATEST_MS = 20;

/** Rounds go on with the same site, so that what one left behind would hurt the next. */
export async function killRounds({ rounds, random, postgres, told }: PartOptions): Promise<void> {
  await using site = await CrashSite.make({ random, postgres, senders: SENDERS });
  await site.fleet.startOne();
  for (let round = 1; round <= rounds; round += 1) {
    // the second round is always of this kind, so that a short run has seen both
    const takeOver = round === 2 || (round > 2 && random.uniform() < 0.4);
    const report = new RoundReport(takeOver ? "kill one of two" : "kill and start", round, site.books);
    if (takeOver) await site.fleet.startOne();
    const modalities = site.modalities();
    modalities.start();
    const from = site.books.acknowledged + between(random, BEFORE);
    await site.books.until(() => site.books.acknowledged >= from);
    await new Promise((resolve) => setTimeout(resolve, random.uniform() * LATEST_MS));
    const { living } = site.fleet;
    await site.fleet.killOne(living[between(random, [0, living.length])]!);
    if (site.fleet.living.length === 0) await site.fleet.startOne();
    const since = site.books.acknowledged + AFTER;
    await site.books.until(() => site.books.acknowledged >= since);
    await modalities.stop();
    told(report.end(await site.settled(modalities), site));
  }
}
