// Mutants by chance: cut, flipped, with lengths that lie, with bytes too many or too few, in the wrong syntax.
import { noise } from "../noise.ts";
import { mrObject, placesIn } from "./mr-object.ts";
import { Chance, type Mutant, type MutantMaker, SYNTAX } from "./mutant.ts";

const explicit = (name: string, bytes: Buffer): Mutant => ({ name, bytes, transferSyntax: SYNTAX.explicit });

const cut: MutantMaker = (number) => {
  const whole = mrObject(number);
  const at = new Chance(`cut ${number}`).below(whole.length);
  return explicit(`cut after ${at} bytes`, whole.subarray(0, at));
};

/** Most elements are in the first part, so most cuts should be there. */
const cutHeader: MutantMaker = (number) => {
  const whole = mrObject(number);
  const at = new Chance(`cut header ${number}`).below(1500);
  return explicit(`cut in the header after ${at} bytes`, whole.subarray(0, at));
};

const flipBits: MutantMaker = (number) => {
  const bytes = mrObject(number);
  const chance = new Chance(`flip ${number}`);
  const count = chance.pick([1, 2, 8, 64, 512]);
  for (let turn = 0; turn < count; turn += 1) {
    const at = chance.below(turn % 2 === 0 ? 2000 : bytes.length);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << chance.below(8)), at);
  }
  return explicit(`${count} bits flipped`, bytes);
};

const lieAboutLength: MutantMaker = (number) => {
  const bytes = mrObject(number);
  const chance = new Chance(`length ${number}`);
  const place = chance.pick(placesIn(bytes));
  const most = 256 ** place.lengthBytes - 1;
  const length = chance.pick([
    0,
    1,
    3,
    255,
    most,
    most - 1,
    Math.floor(most / 2),
    chance.below(bytes.length) & most,
  ]);
  bytes.writeUIntLE(length, place.lengthAt, place.lengthBytes);
  return explicit(`length ${length} at ${place.tag.toString(16)}`, bytes);
};

const lieAboutVr: MutantMaker = (number) => {
  const bytes = mrObject(number);
  const chance = new Chance(`vr ${number}`);
  const place = chance.pick(placesIn(bytes));
  const vr = chance.pick(["SQ", "UN", "OB", "OW", "UT", "US", "FD", "AT", "??", "\0\0", "pn", "XX", "UV"]);
  bytes.write(vr, place.start + 4, "latin1");
  return explicit(`${JSON.stringify(vr)} as representation of ${place.tag.toString(16)}`, bytes);
};

const insert: MutantMaker = (number) => {
  const whole = mrObject(number);
  const chance = new Chance(`insert ${number}`);
  const at = chance.below(chance.pick([1500, whole.length]));
  const more = chance.pick([noise(number, 1 + chance.below(300)), Buffer.alloc(1 + chance.below(300))]);
  return explicit(
    `${more.length} bytes put in at ${at}`,
    Buffer.concat([whole.subarray(0, at), more, whole.subarray(at)]),
  );
};

const remove: MutantMaker = (number) => {
  const whole = mrObject(number);
  const chance = new Chance(`remove ${number}`);
  const at = chance.below(1500);
  const count = 1 + chance.below(chance.pick([4, 400]));
  return explicit(
    `${count} bytes taken out at ${at}`,
    Buffer.concat([whole.subarray(0, at), whole.subarray(at + count)]),
  );
};

const shuffle: MutantMaker = (number) => {
  const whole = mrObject(number);
  const chance = new Chance(`shuffle ${number}`);
  const parts = placesIn(whole).map(({ start, end }) => whole.subarray(start, end));
  const swaps = chance.pick([1, 5, 50]);
  for (let turn = 0; turn < swaps; turn += 1) {
    const [one, other] = [chance.below(parts.length), chance.below(parts.length)];
    [parts[one], parts[other]] = [parts[other] as Buffer, parts[one] as Buffer];
  }
  return explicit(`${swaps} elements out of order`, Buffer.concat(parts));
};

const double: MutantMaker = (number) => {
  const whole = mrObject(number);
  const chance = new Chance(`double ${number}`);
  const { start, end, tag } = chance.pick(placesIn(whole).slice(0, -1));
  const times = chance.pick([1, 2, 100]);
  const copies = Array.from({ length: times }, () => whole.subarray(start, end));
  const bytes = Buffer.concat([whole.subarray(0, end), ...copies, whole.subarray(end)]);
  return explicit(`${tag.toString(16)} ${times} times more`, bytes);
};

const zero: MutantMaker = (number) => {
  const bytes = mrObject(number);
  const chance = new Chance(`zero ${number}`);
  const { valueAt, end, tag } = chance.pick(placesIn(bytes));
  const byte = chance.pick([0, 0xff, 0x0a, 0x1b]);
  bytes.fill(byte, valueAt, end);
  return explicit(`bytes 0x${byte.toString(16)} only in ${tag.toString(16)}`, bytes);
};

const wrongSyntax: MutantMaker = (number) => {
  const syntaxes = Object.values(SYNTAX).filter((uid) => uid !== SYNTAX.explicit);
  const transferSyntax = syntaxes[number % syntaxes.length] as string;
  const whole = mrObject(number);
  const bytes =
    number % 2 === 0 ? whole : whole.subarray(0, new Chance(`syntax ${number}`).below(whole.length));
  return { name: `explicit little endian sent as ${transferSyntax}`, transferSyntax, bytes };
};

const nothingButNoise: MutantMaker = (number) => {
  const chance = new Chance(`noise ${number}`);
  const bytes = noise(`noise ${number}`, chance.pick([1, 7, 8, 100, 5000, 200_000]));
  return {
    name: `${bytes.length} bytes of noise`,
    transferSyntax: chance.pick(Object.values(SYNTAX)),
    bytes,
  };
};

/** How many of each. */
const PLAN: readonly (readonly [MutantMaker, number])[] = [
  [cut, 40],
  [cutHeader, 40],
  [flipBits, 60],
  [lieAboutLength, 80],
  [lieAboutVr, 50],
  [insert, 40],
  [remove, 40],
  [shuffle, 20],
  [double, 20],
  [zero, 30],
  [wrongSyntax, 28],
  [nothingButNoise, 24],
];

export function randomDamage(): Mutant[] {
  return PLAN.flatMap(([make, count]) => Array.from({ length: count }, (_, number) => make(number)));
}
