// What became of an upload: counts, its studies, and the files with problems.
import { Alert, AlertTitle, Box, Link, Stack, Typography } from "@mui/material";
import { phrase, ShortId, say, sayFault, shortId } from "@thalamus/sdk/ui";
import { Link as RouterLink } from "react-router";
import type { UploadRow } from "../api.gen.ts";

export interface UploadEndProps {
  readonly upload: UploadRow;
  /** Of the files, by position, when this window has sent them. */
  readonly names: readonly string[];
}

export function UploadEnd({ upload, names }: UploadEndProps) {
  const { state, message, counts, problems, studyIds } = upload;
  const good = state === "done";
  return (
    <Stack spacing={1} role="status">
      <Alert severity={good ? (problems.length > 0 ? "warning" : "success") : "error"}>
        <AlertTitle>{good ? say("The upload was taken in") : say("Nothing was taken in")}</AlertTitle>
        {good ? countsWords(counts) : (message ?? say("The upload was cancelled."))}
      </Alert>
      {studyIds.map((id) => (
        <Box key={id}>
          <Link component={RouterLink} to={`/studies/${id}`}>
            {say("Open study %{id}", { id: shortId(id) })}
          </Link>
        </Box>
      ))}
      {problems.length > 0 && (
        <Box component="section" aria-label={say("Problems")}>
          <Typography variant="h3">{say("Files with problems")}</Typography>
          <Box component="ul" sx={{ pl: 2.5, my: 1 }}>
            {problems.map(({ position, code, message: words }) => (
              <li key={`${position} ${code}`}>
                {position > 0
                  ? say("File %{position}%{name}: ", { position, name: inBrackets(names[position - 1]) })
                  : ""}
                {sayFault(code, words)}
              </li>
            ))}
          </Box>
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            {say("Files are counted in their order in the archive or folder; the hub keeps no file names.")}
          </Typography>
        </Box>
      )}
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {say("Upload")} <ShortId id={upload.id} what={say("upload id")} />
      </Typography>
    </Stack>
  );
}

const inBrackets = (name: string | undefined): string => (name === undefined ? "" : ` (${name})`);

function countsWords({ stored, duplicate, revised, skipped, refused }: UploadRow["counts"]): string {
  const parts = [
    [stored, phrase("%{count} new")],
    [duplicate, phrase("%{count} there already")],
    [revised, phrase("%{count} with other content than before")],
    [skipped, phrase("%{count} system files passed by")],
    [refused, phrase("%{count} not taken")],
  ] as const;
  const words = parts.filter(([count]) => count > 0).map(([count, text]) => say(text, { count }));
  return say("Files: %{value}.", { value: words.join(", ") });
}
