// Notices when the files of one study name two patients: then nobody knows whose pseudonym is right.
import type { CheckLine } from "@thalamus/sdk";
import { type DatasetView, Tag } from "@thalamus/sdk/dicom";
import { bypassedLine, failLine } from "./pixels/pixel-lines.ts";

const ID = "deid.two-patients";

interface Named {
  readonly id: string;
  /** Words of the name in upper case. */
  readonly name: readonly string[];
}

export class PatientsOfStudy {
  readonly #released: boolean;
  #first: Named | undefined;

  /** @param released `TransformStep.released` */
  constructor(released: readonly string[]) {
    this.#released = released.includes(ID);
  }

  /** @returns a line when this file names another patient than those before it */
  see(header: DatasetView): CheckLine | undefined {
    const named = namedIn(header);
    const first = this.#first;
    // what one file leaves out, another may say
    this.#first = { id: first?.id || named.id, name: first?.name.length ? first.name : named.name };
    const found = first && differenceOf(first, named);
    if (!found) return undefined;
    return this.#released
      ? bypassedLine({ id: ID, found }, "released by a person")
      : failLine({ id: ID, found });
  }
}

function namedIn(header: DatasetView): Named {
  // of three ways to write a name (PS3.5 6.2, VR PN) the first is compared
  const [name = ""] = (header.text(Tag.PatientName) ?? "").split("=");
  return {
    id: (header.text(Tag.PatientID) ?? "").trim(),
    name: name
      .toUpperCase()
      .split(/[\s^,.]+/)
      .filter(Boolean),
  };
}

function differenceOf(first: Named, other: Named): string | undefined {
  if (first.id && other.id && first.id !== other.id) return "another PatientID (0010,0020) than other files";
  return isSameName(first.name, other.name) ? undefined : "another PatientName (0010,0010) than other files";
}

/** A name may be shorter: without a second name, or a title. */
function isSameName(one: readonly string[], other: readonly string[]): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return short.every((word) => long.includes(word));
}
