// The short id of a study, leading to its page.
import { Link as TextLink } from "@mui/material";
import { shortId } from "@thalamus/sdk/ui";
import { Link } from "react-router";

export function StudyIdLink({ id }: { readonly id: string }) {
  return (
    <TextLink
      component={Link}
      to={`/studies/${id}`}
      underline="hover"
      onClick={(event) => event.stopPropagation()}
    >
      {shortId(id)}
    </TextLink>
  );
}
