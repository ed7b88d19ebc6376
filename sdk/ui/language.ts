// The language of the screens: English stands in the code, others are lists of texts that are loaded when they are wanted.

/** Texts by their English; a text with a number has its forms with ` |||| ` between them, for one and for more. */
export type Texts = Readonly<Record<string, string>>;

const FORMS = " |||| ";
const listeners = new Set<() => void>();
let code = "en";
let texts: Texts = {};
/** By language and digits. */
const formats = new Map<string, Intl.NumberFormat>();

export const language = {
  /** For useSyncExternalStore. */
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** `en`, `de` */
  now: (): string => code,

  /** Texts of a plugin, before it is shown: `plugin.<entry>.<text>`. */
  learn(entry: string, its: Texts = {}): void {
    const own = Object.entries(its).map(([text, other]) => [`plugin.${entry}.${text}`, other] as const);
    // asked for at each drawing
    if (own.some(([key, other]) => texts[key] !== other)) texts = { ...texts, ...Object.fromEntries(own) };
  },

  /** Whatever is on the screen has to be drawn anew afterwards. */
  speak(next: string, its: Texts): void {
    code = next;
    texts = its;
    if (typeof document !== "undefined") {
      document.documentElement.lang = next;
      document.documentElement.dir = new Intl.Locale(next).maximize().script === "Arab" ? "rtl" : "ltr";
    }
    for (const listener of listeners) listener();
  },
};

/**
 * A text in the language of the screens; where that has none, English stands in.
 * @param text English, `%{name}` where a value stands
 * @param values numbers are written as the language writes them; `count` chooses the form
 */
export function say(
  text: string,
  values: Readonly<Record<string, string | number | undefined>> = {},
): string {
  return formOf(text, values["count"]).replaceAll(/%\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return typeof value === "number" ? numberText(value) : (value ?? whole);
  });
}

/** In the language of the screens, with its values still to be put in: one form of it where it has two. */
export function formOf(text: string, count?: unknown): string {
  const forms = (texts[text] ?? text).split(FORMS);
  const isOne = forms.length > 1 && new Intl.PluralRules(code).select(Number(count)) === "one";
  return (isOne ? forms[0] : forms.at(-1)) ?? text;
}

/** A text that stands in a table and is said where it is shown. */
export const phrase = (text: string): string => text;

/** What the hub says went wrong, by its code where the language has words for it. */
export const sayFault = (code: string, message: string): string => texts[`fault.${code}`] ?? message;

/** A text of a plugin. */
export const sayOf = (entry: string, text: string): string => texts[`plugin.${entry}.${text}`] ?? text;

/** For dates and numbers: how the language is written where this browser is at home. */
export const locale = (): string =>
  (typeof navigator === "undefined" ? [] : navigator.languages).find(
    (one) => one === code || one.startsWith(`${code}-`),
  ) ?? code;

/** `1,204`; `1.204` in German. @param digits after the point; left out, as many as there are, up to three */
export function numberText(value: number, digits?: number): string {
  const own = locale();
  const key = `${own} ${digits}`;
  const fixed = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = formats.get(key) ?? new Intl.NumberFormat(own, fixed);
  formats.set(key, format);
  return format.format(value);
}
