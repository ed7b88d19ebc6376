// Makes releases that hubs take: npm run -s release -- key | sign | bundle
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { addToFeed, fileFacts, signed, writeBundle } from "./release/make-release.ts";

const USAGE = `usage: npm run -s release -- key --out KEYFILE
       npm run -s release -- sign RELEASE.json --key KEYFILE --feed FEED.json [--archive FILE.tar.gz]
       npm run -s release -- bundle RELEASE.json --key KEYFILE --out BUNDLE.tar [--archive FILE.tar.gz] [--images FILE.tar]

  key     makes an Ed25519 key pair; prints the public key for updates.publicKey
  sign    signs a release and puts it into a feed
  bundle  packs a release and its files into one, for hubs that reach no feed

With --archive and --images, size and checksum of the files are written into the release.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: "string" },
      out: { type: "string" },
      feed: { type: "string" },
      archive: { type: "string" },
      images: { type: "string" },
    },
  });
  const { key, out, feed, archive, images } = values;
  const [verb, file] = positionals;
  if (verb === "key" && out !== undefined) return makeKey(out);
  if (file === undefined || key === undefined) return mistake();
  const described = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  const release = {
    ...described,
    ...(archive === undefined
      ? {}
      : { archive: { ...(described["archive"] as object), ...(await fileFacts(archive)) } }),
    ...(images === undefined ? {} : { imageArchive: await fileFacts(images) }),
  };
  const one = signed(release, createPrivateKey(readFileSync(key)));
  if (verb === "sign" && feed !== undefined) addToFeed(feed, one);
  else if (verb === "bundle" && out !== undefined) await writeBundle(out, one, filesOf(archive, images));
  else return mistake();
  return 0;
}

function makeKey(out: string): number {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(out, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag: "wx" });
  process.stdout.write(`${publicKey.export({ format: "der", type: "spki" }).toString("base64")}\n`);
  return 0;
}

const filesOf = (archive: string | undefined, images: string | undefined): Record<string, string> => ({
  ...(archive === undefined ? {} : { "archive.tar.gz": archive }),
  ...(images === undefined ? {} : { "images.tar": images }),
});

function mistake(): number {
  process.stderr.write(`${USAGE}\n`);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
