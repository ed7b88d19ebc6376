// The choice of a language where nobody is signed in yet.
import { TextField } from "@mui/material";
import { language, say } from "@thalamus/sdk/ui";
import { chooseLanguage, LANGUAGES } from "./languages.ts";

export function LanguageChoice() {
  return (
    <TextField
      select
      size="small"
      variant="standard"
      value={language.now()}
      onChange={(event) => void chooseLanguage(event.target.value)}
      slotProps={{ select: { native: true }, htmlInput: { "aria-label": say("Language") } }}
    >
      {LANGUAGES.map(({ code, name }) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </TextField>
  );
}
