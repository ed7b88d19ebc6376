// When an order in the cloud is looked at again: seldomer the longer it takes, and as the cloud wishes.
import type { KnownOrder, OrderWork } from "./order-work.ts";

/** A share of the time that it has been there already: whoever waits for hours hears of it minutes later. */
const SHARE = 0.1;
const LONGEST_WISH_MS = 3_600_000;

/** @param wishMs of the cloud; 0 when it has none */
export function nextLookMs({ cloud }: OrderWork, { sentAt }: KnownOrder, wishMs: number): number {
  const { pollSeconds, longestPollSeconds } = cloud.settings;
  const waited = sentAt === undefined ? 0 : Date.now() - Date.parse(sentAt);
  const own = Math.min(longestPollSeconds * 1000, Math.max(pollSeconds * 1000, waited * SHARE));
  return Math.max(own, Math.min(wishMs, LONGEST_WISH_MS));
}
