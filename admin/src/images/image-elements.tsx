// The elements of an image: found by tag or keyword, values of the patient covered until asked for.
import VisibilityOutlined from "@mui/icons-material/VisibilityOutlined";
import { Box, Button, Skeleton, TextField } from "@mui/material";
import { ErrorState, Late, say, usePhiVault } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useNotify } from "react-admin";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { ListElementsAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { elementField } from "./element-field.ts";
import { type ElementRow, ElementsTable, passes } from "./elements-table.tsx";

export interface ImageElementsProps {
  readonly studyId: string;
  /** Its id of the hub. */
  readonly image: string;
}

export function ImageElements({ studyId, image }: ImageElementsProps) {
  const [text, setText] = useState("");
  const path = `/api/studies/${studyId}/instances/${image}/elements`;
  const { data, error, refetch, isPlaceholderData } = useReading<ListElementsAnswer>("image-elements", path);
  if (error) {
    return (
      <ErrorState
        title={say("The elements could not be read")}
        error={error}
        onRetry={() => void refetch()}
      />
    );
  }
  if (data && !isPlaceholderData)
    return <Elements key={image} {...{ studyId, image, text }} onText={setText} {...data} />;
  return (
    <Late>
      <Skeleton variant="rounded" height={220} role="status" aria-label={say("Loading the elements")} />
    </Late>
  );
}

interface ElementsProps extends ImageElementsProps {
  readonly elements: readonly ElementRow[];
  readonly more: number;
  /** Stays while one goes from image to image. */
  readonly text: string;
  readonly onText: (text: string) => void;
}

function Elements({ studyId, image, elements, more, text, onText }: ElementsProps) {
  const [most, setMost] = useState(AT_ONCE);
  const vault = usePhiVault();
  const notify = useNotify();
  const mayReveal = useMay()("studies.reveal");
  const found = elements.filter((element) => passes(element, text));
  const shown = found.slice(0, most);
  const covered = shown.filter((element) => element.covered).slice(0, MOST_REVEALED);
  const revealAll = () => {
    const fields = covered.map(({ path }) => elementField(image, path));
    const failed = () => notify(say("The values could not be read. Try again."), { type: "error" });
    vault.reveal(studyId, fields).catch(failed);
  };
  return (
    <>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <TextField
          size="small"
          label={say("Tag or keyword")}
          value={text}
          onChange={(event) => onText(event.target.value)}
          slotProps={{ htmlInput: { autoComplete: "off", spellCheck: false } }}
          sx={{ flex: "1 1 200px" }}
        />
        <Box title={mayReveal ? undefined : say(NOT_ALLOWED)}>
          <Button
            size="small"
            startIcon={<VisibilityOutlined />}
            disabled={!mayReveal || covered.length === 0}
            onClick={revealAll}
          >
            {say("Reveal these")}
          </Button>
        </Box>
      </Box>
      <Box role="status" sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
        {say("%{found} of %{all} elements", { found: found.length, all: elements.length })}
        {more > 0 && say("; %{more} more are not listed", { more })}
      </Box>
      <ElementsTable studyId={studyId} image={image} elements={shown} />
      {found.length > most && (
        <Button size="small" onClick={() => setMost(most + AT_ONCE)} sx={{ justifySelf: "start" }}>
          {say("Show %{value} more", { value: Math.min(AT_ONCE, found.length - most) })}
        </Button>
      )}
    </>
  );
}

/** More rows at once make a page slow; multi-frame headers have thousands. */
const AT_ONCE = 200;
/** The hub takes no more in one request. */
const MOST_REVEALED = 500;
