// Inflates what packs well: all of it comes out, and it takes one buffer.
import { deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { Inflater } from "./inflater.ts";

it("everything comes out of one buffer, in pieces of any size", () => {
  const whole = Buffer.concat([Buffer.alloc(1_000_000), Buffer.from("the end")]);
  const deflated = deflateRawSync(whole);
  for (const size of [1, 100, deflated.length]) {
    const buffers = new Set<ArrayBufferLike>();
    const pieces: Buffer[] = [];
    const inflater = new Inflater((bytes) => {
      buffers.add(bytes.buffer);
      pieces.push(Buffer.from(bytes));
    });
    for (let at = 0; at < deflated.length; at += size) inflater.feed(deflated.subarray(at, at + size));
    inflater.end();
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
    expect(buffers.size).toBe(1);
  }
});
