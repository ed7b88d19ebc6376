// The power fails under load: what was acknowledged is on the disk, what was on its way leaves nothing behind.
import { join } from "node:path";
import { CrashSite } from "./kit/crash-site.ts";
import { RoundReport } from "./kit/round-report.ts";
import { SmallDisk } from "./kit/small-disk.ts";
import { between, type PartOptions } from "./kit/suite-part.ts";

const SENDERS = 6;
const MEGABYTES = { least: 128, ofRound: 6 } as const;
const BEFORE = [20, 300] as const;
const AFTER = 60;
/** The cut comes up to this much later, so that it does not always follow an answer. */
const LATEST_MS = 20;
/** What the hub answers when the disk fails, until it is killed itself (PS3.7 C.5.14). */
const PROCESSING_FAILURE = 0x0110;

/**
 * The hub's files are on a disk that loses whatever was not flushed; the database is elsewhere.
 * @returns false when no such disk can be had on this machine
 */
export async function powerRounds({ rounds, random, postgres, told }: PartOptions): Promise<boolean> {
  using disk = SmallDisk.mount(MEGABYTES.least + rounds * MEGABYTES.ofRound);
  if (!disk?.cutPower()) return false;
  disk.restorePower();
  const dataFolder = join(disk.folder, "data");
  const alsoRefusedWith = [PROCESSING_FAILURE];
  await using site = await CrashSite.make({
    random,
    postgres,
    senders: SENDERS,
    dataFolder,
    alsoRefusedWith,
  });
  await site.fleet.startOne();
  const { books, fleet } = site;
  for (let round = 1; round <= rounds; round += 1) {
    const report = new RoundReport("cut the power", round, books);
    const modalities = site.modalities();
    modalities.start();
    const from = books.acknowledged + between(random, BEFORE);
    await books.until(() => books.acknowledged >= from);
    await new Promise((resolve) => setTimeout(resolve, random.uniform() * LATEST_MS));
    disk.cutPower();
    await fleet.killOne(fleet.living[0]!);
    disk.restorePower();
    await fleet.startOne();
    const since = books.acknowledged + AFTER;
    await books.until(() => books.acknowledged >= since);
    await modalities.stop();
    told(report.end(await site.settled(modalities), site));
  }
  return true;
}
