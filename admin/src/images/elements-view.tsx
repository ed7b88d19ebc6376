// The elements of one image of a study; which one is chosen by its series and its place there.
import { Box, InputAdornment, MenuItem, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useId, useState } from "react";
import type { ListImagesAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { ImageElements } from "./image-elements.tsx";
import { type SeriesRow, seriesTitle } from "./study-series.ts";

export interface ElementsViewProps {
  readonly studyId: string;
  readonly rows: readonly SeriesRow[];
}

export function ElementsView({ studyId, rows }: ElementsViewProps) {
  const [asked, setAsked] = useState(rows[0]!.id);
  const [place, setPlace] = useState(1);
  const series = rows.some(({ id }) => id === asked) ? asked : rows[0]!.id;
  const path = `/api/studies/${studyId}/series/${series}/images`;
  const { data, error, isPlaceholderData } = useReading<ListImagesAnswer>("series-images", path);
  const images = (!isPlaceholderData && data?.images) || [];
  const listed = error !== null || (data !== undefined && !isPlaceholderData);
  // the id of a series is that of an image of it: where none can be listed, at least its fault is told
  const image = images[place - 1]?.id ?? (listed ? series : undefined);
  const choose = (id: string) => {
    setAsked(id);
    setPlace(1);
  };
  return (
    <Box sx={{ display: "grid", gap: 1.5, mt: 1.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5 }}>
        {rows.length > 1 && <SeriesField rows={rows} chosen={series} onChoose={choose} />}
        {images.length > 1 && <PlaceField key={series} count={images.length} onChoose={setPlace} />}
      </Box>
      {image !== undefined && <ImageElements studyId={studyId} image={image} />}
    </Box>
  );
}

interface SeriesFieldProps {
  readonly rows: readonly SeriesRow[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

function SeriesField({ rows, chosen, onChoose }: SeriesFieldProps) {
  const id = useId();
  return (
    <TextField
      select
      id={id}
      size="small"
      label={say("Chosen series")}
      value={chosen}
      onChange={(event) => onChoose(event.target.value)}
      sx={{ minWidth: 160, maxWidth: 260 }}
    >
      {rows.map((row, place) => (
        <MenuItem key={row.id} value={row.id}>
          {seriesTitle(place, row)}
        </MenuItem>
      ))}
    </TextField>
  );
}

/** In the order of the numbers of the images; arrow keys go from one to the next. */
function PlaceField({
  count,
  onChoose,
}: {
  readonly count: number;
  readonly onChoose: (place: number) => void;
}) {
  const [text, setText] = useState("1");
  const isPlace = (words: string) => /^\d+$/.test(words) && Number(words) >= 1 && Number(words) <= count;
  const change = (words: string) => {
    setText(words);
    if (isPlace(words)) onChoose(Number(words));
  };
  return (
    <TextField
      type="number"
      size="small"
      label={say("Image")}
      value={text}
      error={!isPlace(text)}
      onChange={(event) => change(event.target.value)}
      slotProps={{
        htmlInput: { min: 1, max: count, autoComplete: "off" },
        input: {
          endAdornment: <InputAdornment position="end">{say("of %{count}", { count })}</InputAdornment>,
        },
      }}
      sx={{ width: 150 }}
    />
  );
}
