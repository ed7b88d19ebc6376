// The way through the pages of a list: first, one back, by number, one on, last, and to a page that is typed.
import { Box, Pagination as PageButtons, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { type KeyboardEvent, useState } from "react";
import { Pagination, type PaginationActionsProps, useTranslate } from "react-admin";

/** So many pages all have a button of their own. */
const ALL_SHOWN = 7;

/** Of the list that it stands in; a list that is read again stays on its page. */
export function Paging() {
  return <Pagination rowsPerPageOptions={[25, 50, 100]} actions={PageActions} {...ON_NARROW_SCREENS} />;
}

/** There the buttons are those of MUI, which react-admin hands this to without saying so. */
const ON_NARROW_SCREENS = { showFirstButton: true, showLastButton: true };

function PageActions({ page, rowsPerPage, count, onPageChange }: PaginationActionsProps) {
  const translate = useTranslate();
  const pages = Math.ceil(count / rowsPerPage);
  const goTo = (wanted: number) => onPageChange(null as never, wanted - 1);
  if (pages <= 1) return null;
  return (
    <Box sx={{ display: "flex", alignItems: "center", flexShrink: 0, gap: 1, ml: 2 }}>
      <PageButtons
        size="small"
        count={pages}
        page={page + 1}
        showFirstButton
        showLastButton
        onChange={(_, wanted) => goTo(wanted)}
        getItemAriaLabel={(type, number, isHere) =>
          translate(`ra.navigation.${type === "page" && isHere ? "current_page" : type}`, {
            page: Number(number),
          })
        }
      />
      {pages > ALL_SHOWN && <PageField pages={pages} onGo={goTo} />}
    </Box>
  );
}

function PageField({ pages, onGo }: { readonly pages: number; readonly onGo: (page: number) => void }) {
  const [text, setText] = useState("");
  const wanted = Number(text);
  const isPage = /^\d+$/.test(text) && wanted >= 1 && wanted <= pages;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !isPage) return;
    onGo(wanted);
    setText("");
  };
  return (
    <TextField
      size="small"
      label={say("Go to page")}
      placeholder={say("1 to %{last}", { last: pages })}
      value={text}
      error={text !== "" && !isPage}
      onChange={(event) => setText(event.target.value.trim())}
      onKeyDown={onKeyDown}
      slotProps={{
        htmlInput: {
          inputMode: "numeric",
          autoComplete: "off",
          "aria-description": say("1 to %{last}", { last: pages }),
        },
      }}
      sx={{ width: 112 }}
    />
  );
}
