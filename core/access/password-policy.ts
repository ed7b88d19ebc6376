// A-117 What a new password needs; the console shows the same rules while somebody types.

export interface PasswordRule {
  readonly id: "length" | "lower" | "upper" | "digit" | "special";
  readonly words: string;
  readonly isMet: (password: string) => boolean;
}

export const SHORTEST_PASSWORD = 15;

export const PASSWORD_RULES: readonly PasswordRule[] = [
  {
    id: "length",
    words: `at least ${SHORTEST_PASSWORD} characters`,
    isMet: (password) => [...password].length >= SHORTEST_PASSWORD,
  },
  { id: "lower", words: "a lower-case letter", isMet: (password) => /\p{Ll}/u.test(password) },
  { id: "upper", words: "an upper-case letter", isMet: (password) => /\p{Lu}/u.test(password) },
  { id: "digit", words: "a digit", isMet: (password) => /\p{Nd}/u.test(password) },
  {
    id: "special",
    words: "a special character",
    isMet: (password) => /[^\p{L}\p{N}\s]/u.test(password),
  },
];

/** @returns what is missing in words, or undefined: `at least 15 characters and a digit` */
export function whatPasswordLacks(password: string): string | undefined {
  const missing = PASSWORD_RULES.filter(({ isMet }) => !isMet(password)).map(({ words }) => words);
  const last = missing.pop();
  if (last === undefined) return undefined;
  return missing.length === 0 ? last : `${missing.join(", ")} and ${last}`;
}
