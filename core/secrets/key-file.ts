// The file with the site's secret: reads it, or makes it once, durable before anything is derived from it.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { SECRET_BYTES } from "./site-keys.ts";

const DIGITS = 2 * SECRET_BYTES;
const HOW_TO = "openssl rand -hex 32 makes one";

/** Why there is no secret; the text says what to do and holds no part of it. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
}

/** @throws KeyFileError when it is missing, unreadable, too short or no hex digits */
export function readKeyFile(file: string): Buffer {
  const text = textOf(file).trim();
  if (!/^[0-9a-f]*$/i.test(text)) {
    throw new KeyFileError(
      `the site's secret ${file} must be ${DIGITS} hex digits and nothing else; ${HOW_TO}`,
    );
  }
  if (text.length !== DIGITS) {
    const which = text.length < DIGITS ? "short" : "long";
    throw new KeyFileError(
      `the site's secret ${file} is too ${which}: ${text.length} of ${DIGITS} hex digits; ${HOW_TO}`,
    );
  }
  return Buffer.from(text, "hex");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new KeyFileError(`the site's secret ${file} cannot be read (${code ?? "unknown"})`);
  }
}

/** Whether others than its owner may read it. */
export const isOpenToOthers = (file: string): boolean => (statSync(file).mode & 0o077) !== 0;

export const keyFileExists = (file: string): boolean => existsSync(file);

/**
 * Makes a secret, whole or not at all. Of several hubs that do it at once one wins, and all read what it made.
 * @throws KeyFileError
 */
export function makeKeyFile(file: string): Buffer {
  const folder = dirname(file);
  const partial = join(folder, `.${process.pid}-${randomBytes(4).toString("hex")}.part`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFlushed(partial, `${randomBytes(SECRET_BYTES).toString("hex")}\n`);
    linkOnce(partial, file);
    flushFolder(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new KeyFileError(`the site's secret ${file} cannot be made (${code ?? "unknown"})`);
  }
  return readKeyFile(file);
}

function writeFlushed(path: string, text: string): void {
  const descriptor = openSync(path, "wx", 0o600);
  writeSync(descriptor, text);
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** A rename would put a second secret in the place of the first one. */
function linkOnce(partial: string, file: string): void {
  try {
    linkSync(partial, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(partial);
  }
}

function flushFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
