// What can happen to an element, and who says so.

/**
 * - `keep`: byte for byte
 * - `remove`: the element is left out; `empty`: its value is; `dummy`: its value is replaced by one without meaning
 * - `pseudonym`: the patient's pseudonym; `zip`: nothing of an address but a masked ZIP code
 * - `uid`: mapped, wherever it is no UID of the standard; `class-uid`: stays when it is a UID
 * - `date`, `date-time`: shifted; `birth-date`: shifted, or emptied when it tells an age over 89
 * - `time`, `number`, `code`: stays when it is written as one
 * - `term`: stays when it is a term of imaging
 * - `age`: stays, 90 years and more become 90; `sex`: stays when it is one of the defined terms
 * - `text`: stays without identifiers; `describe`: only known words of imaging stay
 * - `software`: stays without what is known to identify; `not-burned-in`: becomes NO
 * - `recurse`: a sequence, whose items are treated element by element
 * - `csa`, `protocol`: Siemens' own headers, cleaned inside; `creator`: reserves a block that holds kept elements
 */
export type Action =
  | "keep"
  | "remove"
  | "empty"
  | "dummy"
  | "pseudonym"
  | "zip"
  | "uid"
  | "class-uid"
  | "date"
  | "date-time"
  | "birth-date"
  | "time"
  | "number"
  | "code"
  | "term"
  | "age"
  | "sex"
  | "software"
  | "not-burned-in"
  | "text"
  | "describe"
  | "recurse"
  | "csa"
  | "protocol"
  | "creator";

export interface ElementRule {
  readonly action: Action;
  /** Who says so: an id of the inventory (`A-078`), a row of PS3.15 (`PS3.15 X`), a setting. */
  readonly rule: string;
  /** Of a private element, what its maker says the value is: implicit files do not. */
  readonly vr?: string;
  /** Its values name the patient, people or places: they are looked for in all text that stays. */
  readonly identifies?: "person" | "id" | "place" | "date";
}
