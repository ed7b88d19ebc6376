// Passwords: argon2id by Node, stored as a PHC string.
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { whatPasswordLacks } from "./password-policy.ts";

const hash = promisify(argon2);

/**
 * Of the costs that OWASP calls equally strong the one with the least memory, 7 MiB: the C library keeps as much for each
 * thread that has ever hashed, and takes it for normal that the process holds blocks of that size.
 */
const COST = { memory: 7168, passes: 5, parallelism: 1, tagLength: 32 } as const;
const ALGORITHM = "argon2id";

/** @returns `$argon2id$v=19$m=7168,t=5,p=1$salt$tag` */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const tag = await hash(ALGORITHM, { message: password, nonce, ...COST });
  const { memory, passes, parallelism } = COST;
  const encode = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
  return `$${ALGORITHM}$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(nonce)}$${encode(tag)}`;
}

/** Compares in constant time; a string that is no hash matches nothing. */
export async function matchesPassword(password: string, stored: string): Promise<boolean> {
  const fields = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored);
  if (!fields) return false;
  const [, memory, passes, parallelism, nonce, tag] = fields;
  const wanted = Buffer.from(tag!, "base64");
  const got = await hash(ALGORITHM, {
    message: password,
    nonce: Buffer.from(nonce!, "base64"),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: wanted.length,
  });
  return timingSafeEqual(got, wanted);
}

/**
 * A password that people can read to each other: five groups of four from an unambiguous alphabet, 98 bits. It keeps to
 * the policy: the first letter is upper case, there is a digit, and hyphens are special.
 */
export function newPassword(): string {
  for (;;) {
    const made = randomGroups();
    const capital = made.replace(/[a-z]/, (letter) => letter.toUpperCase());
    if (whatPasswordLacks(capital) === undefined) return capital;
  }
}

function randomGroups(): string {
  const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  const letters: string[] = [];
  while (letters.length < 20) {
    for (const byte of randomBytes(32)) {
      // bytes beyond the last whole multiple would make some letters likelier
      if (byte < 248 && letters.length < 20) letters.push(alphabet[byte % alphabet.length]!);
    }
  }
  return letters.join("").replaceAll(/(.{4})(?=.)/g, "$1-");
}
