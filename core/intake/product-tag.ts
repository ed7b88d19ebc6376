// Reads which products a sender chose for a study from one element of its instances (route.productTag).
import {
  type DatasetWalker,
  decodeText,
  type ElementAddress,
  parseElementAddress,
  Tag,
} from "@thalamus/sdk/dicom";
import type { HubConfig } from "../config/hub-config.ts";

/** What the element of one instance says. */
export interface ProductChoice {
  /** In the order of the values; empty when no value is known. */
  readonly products: readonly string[];
  /** Some value stands for no product and names none. Which one is never told: it may be anything. */
  readonly unknown: boolean;
}

type Settings = NonNullable<HubConfig["route"]["productTag"]>;

export class ProductTag {
  readonly address: ElementAddress;
  readonly #productsByValue = new Map<string, readonly string[]>();

  /** @param products names that a value may be by itself */
  constructor({ tag, privateCreator, values }: Settings, products: Iterable<string>) {
    this.address = parseElementAddress(tag, privateCreator);
    for (const product of products) this.#productsByValue.set(normal(product), [product]);
    for (const [value, named] of Object.entries(values)) this.#productsByValue.set(normal(value), named);
  }

  /** @returns undefined when the element is absent or empty */
  choiceIn(walker: DatasetWalker): ProductChoice | undefined {
    const bytes = walker.soughtBytes;
    if (bytes === undefined) return undefined;
    const text = decodeText(bytes, walker.text(Tag.SpecificCharacterSet));
    const values = text
      .replaceAll("\0", "")
      .split(/[\\,]/)
      .map(normal)
      .filter((value) => value !== "");
    if (values.length === 0) return undefined;
    const found = values.map((value) => this.#productsByValue.get(value));
    return {
      products: [...new Set(found.flatMap((products) => products ?? []))],
      unknown: found.includes(undefined),
    };
  }
}

/** Value representation CS knows capital letters only, so case says nothing. */
const normal = (value: string): string => value.trim().toLowerCase();
