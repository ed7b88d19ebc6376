// What people should know of the settings as a whole: not taken over, waiting for the next start, or only in the file.
import { Alert, AlertTitle } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import type { GetSettingsAnswer } from "../api.gen.ts";

export function SettingsBanners({ settings }: { readonly settings: GetSettingsAnswer }) {
  const { trouble, running, readOnly, sections } = settings;
  const waiting = sections.filter((section) => section.waiting.length > 0);
  return (
    <>
      {trouble && (
        <Alert severity="error" role="alert" sx={{ mb: 2 }}>
          <AlertTitle>
            {say("Version %{version} is not in use as a whole", { version: trouble.version })}
          </AlertTitle>
          {running === null
            ? say("The hub works with its file.")
            : running === trouble.version
              ? say("What could not be taken over goes on as it was.")
              : say("The hub works with version %{running}.", { running })}{" "}
          {trouble.problem}
        </Alert>
      )}
      {readOnly && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {say(
            "This hub lives from its file alone (settings.source: file). What you see cannot be changed here.",
          )}
        </Alert>
      )}
      {waiting.length > 0 && (
        <Alert severity="warning" role="status" sx={{ mb: 2 }}>
          <AlertTitle>{say("Takes effect at the next start of the hub")}</AlertTitle>
          {waiting.map(({ title, waiting: fields }) => `${title}: ${fields.join(", ")}`).join(" · ")}
        </Alert>
      )}
    </>
  );
}
