// Settings as a file that goes to another hub or into a safe: secrets are left out, or sealed with a passphrase.
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { parse, stringify } from "yaml";
import { entryName } from "../config/hub-config.ts";
import type { DeskParts } from "./commit-settings.ts";
import type { SectionChanges } from "./differing-sections.ts";
import { entriesOf } from "./entry-sections.ts";
import { sealedDocument } from "./import-file.ts";
import { isObject, type JsonObject, type JsonPath, valueAt } from "./json-values.ts";
import { isSealed, sealedIn } from "./sealed-secrets.ts";
import { SettingsRefusal } from "./settings-refusal.ts";
import { sharedPart } from "./shared-part.ts";

export interface SettingsFile {
  /** YAML or JSON: an export, or a whole hub.yaml. */
  readonly text: string;
  readonly passphrase?: string | undefined;
}

export interface ImportPreview {
  /** The version that the file was compared with. */
  readonly version: number;
  readonly changes: SectionChanges;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

const FORMAT = "thalamus-settings/1";
/** A secret that was left out. */
const LEFT_OUT = { $secret: "left out" } as const;
const [NONCE, TAG] = [12, 16];

export function exportSettings(
  { secrets }: DeskParts,
  { version, document }: { readonly version: number; readonly document: JsonObject },
  passphrase: string | undefined,
): string {
  const salt = randomBytes(16);
  const key = passphrase === undefined ? undefined : keyOf(passphrase, salt);
  const settings = mapped(document, (value) => {
    if (!isSealed(value)) return undefined;
    return key ? { $passphrase: enciphered(JSON.stringify(secrets.open(value)), key) } : LEFT_OUT;
  });
  const head = { format: FORMAT, version, ...(key ? { salt: salt.toString("base64") } : {}) };
  return stringify({ ...head, settings });
}

/**
 * The document that a file wants. A secret that it leaves out stays what it is where the same entry has one.
 * @throws SettingsRefusal
 */
export function importSettings(parts: DeskParts, newest: JsonObject, file: SettingsFile): JsonObject {
  const { salt, settings } = readFile(file.text);
  const needsKey = JSON.stringify(settings).includes('"$passphrase"');
  if (needsKey && !file.passphrase) {
    throw new SettingsRefusal("passphrase", "The secrets in this file are sealed. Give its passphrase.");
  }
  const key = needsKey && file.passphrase ? keyOf(file.passphrase, Buffer.from(salt, "base64")) : undefined;
  const opened = mapped(settings, (value, path) => {
    if (key && "$passphrase" in value) return deciphered(String(value["$passphrase"]), key);
    return "$secret" in value ? (keptAt(newest, settings, path) ?? "") : undefined;
  });
  const known = sealedIn(newest);
  return sealedDocument(opened as JsonObject, parts.live.registry, parts.secrets, known);
}

function readFile(text: string): { salt: string; settings: JsonObject } {
  let content: unknown;
  try {
    // a warning would tell lines of the file to whoever reads the output of the hub
    content = JSON.parse(JSON.stringify(parse(text, { maxAliasCount: 100, logLevel: "error" })));
  } catch {
    throw new SettingsRefusal("unreadable", "The file is neither YAML nor JSON.");
  }
  if (!isObject(content)) throw new SettingsRefusal("unreadable", "The file holds no settings.");
  if (content["format"] === undefined) return { salt: "", settings: sharedPart(content) };
  if (content["format"] !== FORMAT || !isObject(content["settings"])) {
    throw new SettingsRefusal("unreadable", `The file is of another format than ${FORMAT}.`);
  }
  return { salt: String(content["salt"] ?? ""), settings: sharedPart(content["settings"]) };
}

/** The sealed secret at the same place of the entry with the same name. */
function keptAt(newest: JsonObject, wanted: JsonObject, path: JsonPath): unknown {
  const [part, index, ...rest] = path;
  if (part !== "plugins") return valueAt(newest, path);
  const entry = entriesOf(wanted)[Number(index)];
  const at = entriesOf(newest).findIndex((one) => entry !== undefined && entryName(one) === entryName(entry));
  return at < 0 ? undefined : valueAt(newest, ["plugins", at, ...rest]);
}

type Change = (value: JsonObject, path: JsonPath) => unknown;

function mapped(value: unknown, change: Change, path: JsonPath = []): unknown {
  if (Array.isArray(value)) return value.map((one, index) => mapped(one, change, [...path, index]));
  if (!isObject(value)) return value;
  const own = change(value, path);
  if (own !== undefined) return own;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, mapped(one, change, [...path, key])]),
  );
}

const keyOf = (passphrase: string, salt: Uint8Array): Buffer => scryptSync(passphrase, salt, 32);

function enciphered(plain: string, key: Buffer): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  return Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]).toString(
    "base64",
  );
}

function deciphered(text: string, key: Buffer): unknown {
  const bytes = Buffer.from(text, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  try {
    decipher.setAuthTag(bytes.subarray(-TAG));
    const opened = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
    return JSON.parse(opened.toString("utf8")) as unknown;
  } catch {
    throw new SettingsRefusal("passphrase", "The passphrase does not open the secrets of this file.");
  }
}
