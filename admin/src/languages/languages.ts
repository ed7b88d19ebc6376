// The languages of the console: which there are, which one this browser wants, and loading the texts of another one.
import { language, type Texts } from "@thalamus/sdk/ui";

export interface LanguageEntry {
  readonly code: string;
  /** In itself. */
  readonly name: string;
}

/** To add one: its file beside this one, and a line here and below. */
export const LANGUAGES: readonly LanguageEntry[] = [
  { code: "en", name: "English" },
  { code: "de", name: "Deutsch" },
];

/** Texts of the console, and those of the hub that it shows: titles and help of settings, permissions, errors. */
const LOADERS: Readonly<Record<string, () => Promise<Texts>>> = {
  de: async () => {
    const [own, hub] = await Promise.all([import("./german.json"), import("./german-hub.json")]);
    return { ...hub.default, ...own.default };
  },
};

const KEY = "thalamus.language";

/** Before anything is drawn: what was chosen in this browser, or what it asks for first. */
export async function startLanguage(): Promise<void> {
  const known = (code: string | undefined | null) => LANGUAGES.some((one) => one.code === code);
  const chosen = localStorage.getItem(KEY);
  const asked = navigator.languages.map((one) => one.split("-")[0]).find(known);
  await speak(known(chosen) ? chosen! : (asked ?? "en"));
}

export async function chooseLanguage(code: string): Promise<void> {
  localStorage.setItem(KEY, code);
  await speak(code);
}

/** English when the texts cannot be loaded. */
async function speak(code: string): Promise<void> {
  const loaded = await LOADERS[code]?.().catch(() => undefined);
  if (loaded) language.speak(code, loaded);
  else language.speak("en", {});
}
