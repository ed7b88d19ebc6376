// kill -9 of PostgreSQL under load, while the hubs live: senders are refused meanwhile, and everything comes back.
import { CrashSite } from "./kit/crash-site.ts";
import { RoundReport } from "./kit/round-report.ts";
import { between, type PartOptions } from "./kit/suite-part.ts";

const SENDERS = 6;
const BEFORE = [20, 200] as const;
/** So many senders were told that the hub cannot take anything before the server comes back. */
const REFUSALS = [1, 60] as const;
const AFTER = 100;

/** Every other round kills a single session only: PostgreSQL then throws out all others and recovers by itself. */
export async function databaseRounds({ rounds, random, postgres, told }: PartOptions): Promise<void> {
  await using site = await CrashSite.make({ random, postgres, senders: SENDERS });
  await site.fleet.startOne();
  const { books } = site;
  for (let round = 1; round <= rounds; round += 1) {
    if (round === 2) await site.fleet.startOne();
    const whole = round % 2 === 1;
    const report = new RoundReport(whole ? "kill the database" : "kill a session", round, books);
    const modalities = site.modalities();
    modalities.start();
    const from = books.acknowledged + between(random, BEFORE);
    await books.until(() => books.acknowledged >= from);
    if (whole) {
      await postgres.kill();
      const enough = books.refusals + between(random, REFUSALS);
      await books.until(() => books.refusals >= enough);
      await postgres.startAgain();
    } else {
      await postgres.killSession();
    }
    const since = books.acknowledged + AFTER;
    await books.until(() => books.acknowledged >= since);
    await modalities.stop();
    told(report.end(await site.settled(modalities), site));
  }
}
