// An enhanced multi-frame diffusion image with canaries in the functional groups of every frame.
import { EXPLICIT, type RawElement, type RawItem, rawMrFile, text } from "./raw-object.ts";

const ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1";
const [SIDE, SLICES] = [16, 3];
/** b value and direction of each volume. */
export const WEIGHTS: readonly (readonly [number, readonly number[]])[] = [
  [0, [0, 0, 0]],
  ...[0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map((z): [number, number[]] => [1000, [Math.sqrt(1 - z * z), 0, z]]),
];

const doubles = (...values: number[]): Buffer => Buffer.from(new Float64Array(values).buffer);
const longs = (...values: number[]): Buffer => Buffer.from(new Uint32Array(values).buffer);
const sequence = (tag: number, ...items: RawItem[]): RawElement => ({
  tag,
  vr: "SQ",
  value: items,
  open: true,
});

function frame(volume: number, slice: number): RawItem {
  const [b, direction] = WEIGHTS[volume]!;
  return [
    sequence(0x00189117, [
      text(0x00189075, "CS", b > 0 ? "DIRECTIONAL" : "NONE"),
      { tag: 0x00189087, vr: "FD", value: doubles(b) },
      ...(b > 0 ? [sequence(0x00189076, [{ tag: 0x00189089, vr: "FD", value: doubles(...direction) }])] : []),
    ]),
    sequence(0x00209111, [
      text(0x00189074, "DT", "20240412131415.5"),
      text(0x00209056, "SH", "1"),
      text(0x00209158, "LT", "QZXVKW"),
      { tag: 0x00209157, vr: "UL", value: longs(1, slice + 1, volume + 1) },
    ]),
    sequence(0x00209113, [text(0x00200032, "DS", `-16\\-16\\${slice * 2}`)]),
    text(0x00210010, "LO", "QZXVKW"),
    text(0x00211001, "LO", "QZXVKW"),
  ];
}

export function enhancedFile(manufacturer: string): Buffer {
  const frames = WEIGHTS.flatMap((_, volume) =>
    Array.from({ length: SLICES }, (__, slice) => frame(volume, slice)),
  );
  const pixels = Buffer.alloc(2 * SIDE * SIDE * frames.length);
  for (let at = 0; at < pixels.length; at += 2) pixels.writeUInt16LE((at * 7) % 4096, at);
  const side = { vr: "US", value: Buffer.from([SIDE, 0]) };
  const dimension = (pointer: number, group: number): RawItem => [
    text(0x00209164, "UI", "1.2.826.0.1.55"),
    {
      tag: 0x00209165,
      vr: "AT",
      value: Buffer.from(new Uint16Array([pointer >>> 16, pointer & 0xffff]).buffer),
    },
    { tag: 0x00209167, vr: "AT", value: Buffer.from(new Uint16Array([group >>> 16, group & 0xffff]).buffer) },
  ];
  const elements: RawElement[] = [
    text(0x00080008, "CS", "ORIGINAL\\PRIMARY\\DIFFUSION\\NONE"),
    text(0x00080020, "DA", "20240412"),
    text(0x00080070, "LO", manufacturer),
    text(0x00100010, "PN", "QZX^VKW"),
    text(0x00181000, "LO", "QZXVKW"),
    { tag: 0x00280010, ...side },
    { tag: 0x00280011, ...side },
    text(0x00280008, "IS", String(frames.length)),
    text(0x00200011, "IS", "3"),
    text(0x00200013, "IS", "1"),
    sequence(
      0x00209222,
      dimension(0x00209056, 0x00209111),
      dimension(0x00209057, 0x00209111),
      dimension(0x00189087, 0x00189117),
    ),
    sequence(0x52009229, [
      sequence(0x00209116, [text(0x00200037, "DS", "1\\0\\0\\0\\1\\0")]),
      sequence(0x00289110, [
        text(0x00180050, "DS", "2"),
        text(0x00280030, "DS", "2\\2"),
        text(0x00180088, "DS", "2"),
      ]),
    ]),
    sequence(0x52009230, ...frames),
    { tag: 0x7fe00010, vr: "OW", value: pixels },
  ];
  return rawMrFile(elements, EXPLICIT, ENHANCED_MR);
}
