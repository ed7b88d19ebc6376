// Why an image is not shown, with the code that people find in docs/error-codes.md.
import { PictureRefused } from "@thalamus/sdk";
import type { RefusalReason } from "./image-work.ts";

const CODES = {
  "no-pixels": { status: 404, code: "image.no-picture" },
  "no-such-frame": { status: 404, code: "image.no-frame" },
  "unknown-compression": { status: 422, code: "image.unknown-compression" },
  unsupported: { status: 422, code: "image.unsupported" },
  damaged: { status: 422, code: "image.damaged" },
  "too-large": { status: 422, code: "image.too-large" },
  unreadable: { status: 503, code: "image.unreadable" },
  slow: { status: 503, code: "image.slow" },
  busy: { status: 503, code: "image.busy" },
} as const satisfies Record<RefusalReason | "slow" | "busy", { status: number; code: string }>;

/** The message is for people and holds nothing of the file. */
export class ImageRefusal extends PictureRefused {
  override readonly name = "ImageRefusal";

  constructor(reason: keyof typeof CODES, message: string) {
    const { status, code } = CODES[reason];
    super(status, code, message);
  }
}
