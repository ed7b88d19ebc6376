// Looks where releases are announced, and takes only what is signed.
import type { KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { type Http, HttpError } from "@thalamus/sdk";
import { isAddress } from "../config/update-problems.ts";
import type { UpdateSettings } from "../config/update-settings.ts";
import { compareVersions, type Release, type SignedRelease, verifiedRelease } from "./release.ts";
import { UpdateRefusal } from "./update-refusal.ts";

/** What a feed is: `{ "format": …, "releases": [{ "release": {…}, "signature": "…" }] }`. */
export const FEED_FORMAT = "thalamus-releases/1";

const LARGEST_FEED = 2_000_000;
/** A person may wait for it. */
const LONGEST_LOOK_MS = 30_000;

export interface FeedParts {
  readonly settings: UpdateSettings;
  readonly http: Http;
}

/** @throws UpdateRefusal */
export async function newestRelease(
  { settings, http }: FeedParts,
  key: KeyObject,
): Promise<Release | undefined> {
  const { feed } = settings;
  if (feed === undefined)
    throw new UpdateRefusal("update.no-feed", "The configuration names no release feed (updates.feed).");
  const text = isAddress(feed) ? await fetched(feed, settings, http) : await read(feed);
  const releases = announced(text).map((one) => verifiedRelease(one, key));
  return releases.toSorted((one, other) => compareVersions(other.version, one.version))[0];
}

/** Where a file of a release is: addresses may be relative to the feed. */
export function addressOf(url: string, feed: string | undefined): URL {
  const base = feed === undefined ? undefined : isAddress(feed) ? feed : pathToFileURL(feed).href;
  const address = URL.parse(url, base);
  if (!address || !["https:", "http:", "file:"].includes(address.protocol))
    throw new UpdateRefusal("update.malformed", "The address of a file of the release is none.");
  return address;
}

export const destinationOf = (url: string, settings: UpdateSettings) => ({
  url,
  ...(settings.caFile === undefined ? {} : { tls: { caFile: settings.caFile } }),
  ...(settings.proxy === undefined ? {} : { proxy: settings.proxy }),
  privateNetworks: settings.privateNetworks,
});

async function fetched(feed: string, settings: UpdateSettings, http: Http): Promise<string> {
  const destination = { ...destinationOf(feed, settings), maxAnswerBytes: LARGEST_FEED };
  try {
    const signal = AbortSignal.timeout(LONGEST_LOOK_MS);
    const { status, body, isTruncated } = await http.send(destination, { method: "GET" }, signal);
    if (status !== 200) throw new UpdateRefusal("update.unreachable", `The feed answered ${status}.`);
    if (isTruncated) throw new UpdateRefusal("update.malformed", "The feed is too large.");
    return body.toString("utf8");
  } catch (error) {
    if (error instanceof UpdateRefusal) throw error;
    const why = error instanceof HttpError ? error.message : "It gave no answer in time.";
    throw new UpdateRefusal("update.unreachable", `The feed cannot be reached. ${why}`);
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new UpdateRefusal("update.unreachable", `The feed cannot be read (${reason}).`);
  }
}

/** @throws UpdateRefusal `update.malformed` */
function announced(text: string): SignedRelease[] {
  let feed: { readonly format?: unknown; readonly releases?: unknown };
  try {
    feed = JSON.parse(text) as typeof feed;
  } catch {
    feed = {};
  }
  if (feed.format !== FEED_FORMAT || !Array.isArray(feed.releases))
    throw new UpdateRefusal("update.malformed", `The feed is not in the format ${FEED_FORMAT}.`);
  return feed.releases.map((one: unknown) => {
    return typeof one === "object" && one !== null ? (one as SignedRelease) : { release: one };
  });
}
