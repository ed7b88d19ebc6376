// The texts that react-admin shows by itself: in the language of the console, or in English where it has none.
import { language, say } from "@thalamus/sdk/ui";
import { defaultI18nProvider, type I18nProvider } from "react-admin";

export const consoleTexts: I18nProvider = {
  ...defaultI18nProvider,
  getLocale: language.now,
  translate: (key, options) => {
    const own = say(key, options as Record<string, string | number> | undefined);
    return own === key ? defaultI18nProvider.translate(key, options) : own;
  },
};
