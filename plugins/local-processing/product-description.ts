// What product.json says (contract hub.product/1), and reading it.
import { type Static, Type } from "@thalamus/sdk";
import { Check, Errors } from "typebox/value";

export const CONTRACT = "hub.product/1";

/** Contracts of other systems whose images run here through an adapter. */
export const ADAPTED_CONTRACTS = ["mercure", "monai-map", "bids-app"] as const;

const UNITS = { "": 1, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
const Size = Type.String({ pattern: "^\\d{1,6}(Ki|Mi|Gi|Ti)?$" });
/** A name with a digest: what is pulled is what was checked, whatever the registry calls it meanwhile. */
export const IMAGE_BY_DIGEST = /^[a-z0-9][a-z0-9._:/-]*@sha256:[0-9a-f]{64}$/;

const Output = Type.Object({
  /** Artifact name; with a `*` in the path it is followed by the file's base name. */
  name: Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}$" }),
  /** Relative to the output folder, with forward slashes; `*` stands for anything but a slash. */
  path: Type.String({ minLength: 1 }),
  mediaType: Type.String({ minLength: 3, maxLength: 100 }),
  required: Type.Boolean(),
});

const Input = Type.Object({
  kinds: Type.Optional(Type.Array(Type.String())),
  modality: Type.Optional(Type.Array(Type.String())),
});

const Adapted = Type.Object({
  contract: Type.Union(ADAPTED_CONTRACTS.map((name) => Type.Literal(name))),
  /** Words behind those of the contract. */
  arguments: Type.Optional(Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 64 })),
});

const ProductDescription = Type.Object({
  contract: Type.Literal(CONTRACT),
  id: Type.String({ pattern: "^[a-z][a-z0-9-]{0,62}$" }),
  version: Type.String({ minLength: 1, maxLength: 64 }),
  name: Type.String({ minLength: 1, maxLength: 100 }),
  summary: Type.Optional(Type.String({ maxLength: 500 })),
  intendedUse: Type.Optional(Type.String({ maxLength: 500 })),
  license: Type.Optional(Type.String({ maxLength: 100 })),
  command: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
  image: Type.Optional(Type.Union([Type.String({ maxLength: 400 }), Type.Null()])),
  /** Of an image that was made for another system. */
  adapter: Type.Optional(Adapted),
  inputs: Type.Optional(Type.Array(Input)),
  params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  outputs: Type.Array(Output),
  resources: Type.Object({
    cpu: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1024 })),
    memory: Size,
    disk: Type.Optional(Size),
    gpu: Type.Optional(Type.Integer({ minimum: 0, maximum: 64 })),
    timeoutSeconds: Type.Number({ exclusiveMinimum: 0 }),
  }),
  network: Type.Optional(Type.String()),
});

export type ProductOutput = Static<typeof Output>;
export type ProductDescription = Static<typeof ProductDescription>;

/** An installed product: what its product.json says, and where it is. */
export interface Product extends ProductDescription {
  /** Absolute; the product's working directory. */
  readonly folder: string;
}

/** A product.json that breaks the contract; the message says how. */
export class BrokenDescription extends Error {
  override readonly name = "BrokenDescription";
}

/** @throws BrokenDescription */
export function parseDescription(text: string): ProductDescription {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new BrokenDescription("it is not JSON");
  }
  if (!Check(ProductDescription, read)) {
    const [first] = Errors(ProductDescription, read);
    throw new BrokenDescription(`${first?.instancePath || "it"} ${first?.message ?? "breaks the contract"}`);
  }
  if (!read.command && !read.image) throw new BrokenDescription("it has neither a command nor an image");
  if (read.image && !IMAGE_BY_DIGEST.test(read.image)) {
    throw new BrokenDescription("its image is not named by digest (name@sha256:…)");
  }
  if ((read.network ?? "none") !== "none") {
    throw new BrokenDescription("it wants a network, and products get none");
  }
  return read;
}

/** Bytes of a size as product.json writes it: `512Mi`, `6Gi`, or a plain number of bytes. */
export function bytesOf(size: string): number {
  const [, count = "0", unit = ""] = /^(\d+)(\w*)$/.exec(size) ?? [];
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}

/** Kinds of series a product takes: `dicom-series`, `nifti-bval-bvec`; DICOM when it does not say. */
export function kindsOf(product: ProductDescription): ReadonlySet<string> {
  const named = (product.inputs ?? []).flatMap(({ kinds }) => kinds ?? []);
  return new Set(named.length > 0 ? named : ["dicom-series"]);
}

/** Modalities a product takes; MR when it does not say. */
export function modalitiesOf(product: ProductDescription): ReadonlySet<string> {
  const named = (product.inputs ?? []).flatMap(({ modality }) => modality ?? []);
  return new Set(named.length > 0 ? named : ["MR"]);
}
