// Secrets in settings, in place: sealed where they are kept, a reference where they are shown, plain where they are used.
import { randomUUID } from "node:crypto";
import type { Sealer } from "../secrets/seal.ts";
import { type FormSchema, schemasOfItem, schemasOfProperty } from "./form-schema.ts";
import { isObject } from "./json-values.ts";

/** How a secret is kept. The id is what it is called in a browser, and part of the place it is sealed for. */
export interface SealedSecret {
  readonly $sealed: string;
  readonly $secret: string;
  readonly setAt: string;
  /** A whole value that nobody could look into: its plugin was not there. */
  readonly json?: true;
}

/** How a secret is shown; it opens nothing. */
export interface SecretReference {
  readonly $secret: string;
  readonly setAt?: string;
}

const PLACE = { table: "settings_version", column: "document" } as const;

export const isSealed = (value: unknown): value is SealedSecret => isObject(value) && "$sealed" in value;
const isReference = (value: unknown): value is SecretReference => isObject(value) && "$secret" in value;

/** What an unknown reference becomes: no schema takes it for a text. */
export class UnknownSecret extends Error {
  override readonly name = "UnknownSecret";
}

export class SettingsSecrets {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  seal(plain: string, more: { json?: true } = {}): SealedSecret {
    const id = randomUUID();
    const $sealed = this.#sealer.seal(plain, { ...PLACE, row: id });
    return { $sealed, $secret: id, setAt: new Date().toISOString(), ...more };
  }

  /** @throws SealedValueError when the key it was sealed with is not there */
  #plain({ $sealed, $secret, json }: SealedSecret): unknown {
    const plain = this.#sealer.open($sealed, { ...PLACE, row: $secret });
    return json ? (JSON.parse(plain) as unknown) : plain;
  }

  /**
   * Seals every secret that stands in the clear.
   * @param known a text that is sealed among these already stays what it is, so that nothing seems to have changed
   */
  sealIn(value: unknown, schema: FormSchema, known: readonly SealedSecret[] = []): unknown {
    const sealText = (text: string) => known.find((one) => this.#opens(one, text)) ?? this.seal(text);
    return sealing(value, [schema], sealText);
  }

  /** A value with everything sealed opened. @throws SealedValueError */
  open(value: unknown): unknown {
    return replaced(value, isSealed, (sealed) => this.#plain(sealed));
  }

  #opens(sealed: SealedSecret, text: string): boolean {
    try {
      return this.#plain(sealed) === text;
    } catch {
      return false;
    }
  }
}

/** For a browser: references in the place of what is sealed. */
export const shownSecrets = (value: unknown): unknown =>
  replaced(value, isSealed, ({ $secret, setAt }): SecretReference => ({ $secret, setAt }));

/** For an export and for a difference that people read: nothing of a secret but that there is one. */
export const withoutSecrets = (value: unknown): unknown => replaced(value, isSealed, () => undefined);

/**
 * References of a browser become what is kept again.
 * @param kept where they may come from: the stored value of the same section, so that none gets to another destination
 * @throws UnknownSecret
 */
export function resolvedSecrets(value: unknown, kept: unknown): unknown {
  const byId = new Map(sealedIn(kept).map((sealed) => [sealed.$secret, sealed]));
  return replaced(value, isReference, ({ $secret }) => {
    const sealed = byId.get($secret);
    if (!sealed) throw new UnknownSecret("A secret that was stored is no longer there. Type it again.");
    return sealed;
  });
}

export function sealedIn(value: unknown): SealedSecret[] {
  if (isSealed(value)) return [value];
  if (Array.isArray(value)) return value.flatMap(sealedIn);
  return isObject(value) ? Object.values(value).flatMap(sealedIn) : [];
}

function replaced<T>(value: unknown, is: (one: unknown) => one is T, by: (found: T) => unknown): unknown {
  if (is(value)) return by(value);
  if (Array.isArray(value)) return value.map((one) => replaced(one, is, by));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, replaced(one, is, by)] as const);
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}

function sealing(
  value: unknown,
  schemas: readonly FormSchema[],
  seal: (text: string) => SealedSecret,
): unknown {
  if (isSealed(value)) return value;
  if (typeof value === "string") {
    const secret = schemas.some((one) => one["x-ui"]?.widget === "secret");
    return secret && value !== "" ? seal(value) : value;
  }
  if (Array.isArray(value)) return value.map((one) => sealing(one, schemas.flatMap(schemasOfItem), seal));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, one]) => {
    return [
      key,
      sealing(
        one,
        schemas.flatMap((schema) => schemasOfProperty(schema, key)),
        seal,
      ),
    ];
  });
  return Object.fromEntries(entries);
}
