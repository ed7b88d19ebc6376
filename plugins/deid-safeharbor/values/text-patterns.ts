// Identifiers that can be told by their form, wherever they stand in text.

interface Pattern {
  /** Id of the inventory; dates are none of the guide's patterns, but of its category 3. */
  readonly id: string;
  readonly placeholder: string;
  readonly form: RegExp;
}

/** In this order: what is longer goes before what would match a piece of it. */
const PATTERNS: readonly Pattern[] = [
  {
    id: "A-101",
    placeholder: "[URL_REMOVED]",
    form: /\b(?:https?|ftp|file):\/\/[^\s"'<>]+|\bwww\.[^\s"'<>]+/gi,
  },
  { id: "A-100", placeholder: "[EMAIL_REMOVED]", form: /[\w.+%-]+@[\w-]+(?:\.[\w-]+)+|[\w.+%-]+@[\w-]+/g },
  {
    id: "A-102",
    placeholder: "[IP_ADDRESS_REMOVED]",
    form: /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g,
  },
  {
    id: "A-102",
    placeholder: "[IP_ADDRESS_REMOVED]",
    form: /(?<![\w:])(?:[\da-f]{1,4}:){3,7}:?[\da-f]{1,4}(?![\w:])/gi,
  },
  { id: "A-098", placeholder: "[SSN_REMOVED]", form: /(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])/g },
  {
    id: "A-103",
    placeholder: "[MRN_REMOVED]",
    form: /(?<![a-z])(?:MRN|MR|RN)\s?[-:#]\s?\d+|(?<![a-z])MRN\s?\d{3,}/gi,
  },
  {
    id: "A-104",
    placeholder: "[ACCOUNT_REMOVED]",
    form: /(?<![a-z])(?:ACCOUNT|ACCT|ACC)\s?[-:#]\s?\d+|(?<![a-z])(?:ACCOUNT|ACCT)\s?\d{3,}/gi,
  },
  {
    id: "A-099",
    placeholder: "[PHONE_REMOVED]",
    form: /(?<![\d.])(?:\+?\d{1,3}[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?!\d)/g,
  },
  {
    id: "A-099",
    placeholder: "[PHONE_REMOVED]",
    form: /(?<!\d)(?:\+|00)\d{1,3}(?:[ ./-]?\(?\d{2,5}\)?){2,5}(?!\d)/g,
  },
  {
    id: "A-081",
    placeholder: "[DATE_REMOVED]",
    form: /(?<!\d)(?:(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)\d{2}|(?:0?[1-9]|[12]\d|3[01])[/-](?:0?[1-9]|1[0-2])[/-]\d{2}|(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)/g,
  },
];

/** Quick look, for most text has none: every pattern has four digits, an `@`, a scheme, or three colons in it. */
const SUSPICIOUS =
  /\d\D{0,4}\d\D{0,4}\d\D{0,4}\d|@|:\/\/|www\.|(?:MR|RN|ACC|ACCT|ACCOUNT|MRN)\s?[-:#]\s?\d|:.*:.*:/i;

/** Replaces identifiers by placeholders: `[SSN_REMOVED]`. */
export function withoutPatterns(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let clean = text;
  for (const { form, placeholder } of PATTERNS) clean = clean.replace(form, placeholder);
  return clean;
}
