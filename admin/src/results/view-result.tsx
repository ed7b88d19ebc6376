// The way from a row to the page of its result.
import VisibilityOutlined from "@mui/icons-material/VisibilityOutlined";
import { Button } from "@mui/material";
import { say, shortId } from "@thalamus/sdk/ui";
import { Link } from "react-router";
import type { ResultRow } from "../api.gen.ts";

export function ViewResult({ result }: { readonly result: ResultRow }) {
  return (
    <Button
      component={Link}
      to={`/results/${result.id}`}
      size="small"
      startIcon={<VisibilityOutlined />}
      aria-label={say("View result %{id}", { id: shortId(result.id) })}
      onClick={(event) => event.stopPropagation()}
    >
      {say("View")}
    </Button>
  );
}
