// The disk fills up under load: senders are refused, nothing half-written stays, and with room all goes on.
import { join } from "node:path";
import { CrashSite } from "./kit/crash-site.ts";
import { RoundReport } from "./kit/round-report.ts";
import { SmallDisk } from "./kit/small-disk.ts";
import { between, type PartOptions } from "./kit/suite-part.ts";

const SENDERS = 6;
/** What rounds leave stays: the disk must be full because of the ballast alone. */
const MEGABYTES = { least: 64, ofRound: 5 } as const;
const BEFORE = [20, 200] as const;
/** What is left when the rest is taken: the last objects fit, some of them in part. */
const LEFT_BYTES = [0, 300_000] as const;
const REFUSALS = 100;
const AFTER = 100;

/**
 * The watermark is off, so that the hub runs into the wall itself.
 * @returns false when nothing can be mounted on this machine
 */
export async function diskRounds({ rounds, random, postgres, told }: PartOptions): Promise<boolean> {
  using disk = SmallDisk.mount(MEGABYTES.least + rounds * MEGABYTES.ofRound);
  if (!disk) return false;
  const dataFolder = join(disk.folder, "data");
  await using site = await CrashSite.make({
    random,
    postgres,
    senders: SENDERS,
    dataFolder,
    intake: { keepFreeMegabytes: 0 },
  });
  await site.fleet.startOne();
  const { books } = site;
  for (let round = 1; round <= rounds; round += 1) {
    const report = new RoundReport(`fill the disk (${disk.kind})`, round, books);
    const modalities = site.modalities();
    modalities.start();
    const from = books.acknowledged + between(random, BEFORE);
    await books.until(() => books.acknowledged >= from);
    disk.fill(between(random, LEFT_BYTES));
    const enough = books.refusals + REFUSALS;
    await books.until(() => books.refusals >= enough);
    disk.clear();
    const since = books.acknowledged + AFTER;
    await books.until(() => books.acknowledged >= since);
    await modalities.stop();
    told(report.end(await site.settled(modalities), site));
  }
  return true;
}
