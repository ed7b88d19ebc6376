// The groups as a table; on a phone each stands under its name.
import { Box, Table, TableBody, TableCell, TableHead, TableRow, Link as TextLink } from "@mui/material";
import { say, TimeText, ToneChip } from "@thalamus/sdk/ui";
import { Link } from "react-router";
import type { GroupInfo } from "../api.gen.ts";
import { groupWords, REPORT_WORDS } from "./group-words.ts";
import { MembersBar } from "./members-bar.tsx";

export function GroupTable({ groups }: { readonly groups: readonly GroupInfo[] }) {
  return (
    <Table size="small" aria-label={say("Groups")} sx={TABLE}>
      <TableHead>
        <TableRow>
          {[
            say("Group"),
            say("Products"),
            say("Status"),
            say("Studies"),
            say("Last report"),
            say("Next report"),
          ].map((title) => (
            <TableCell key={title}>{title}</TableCell>
          ))}
        </TableRow>
      </TableHead>
      <TableBody>
        {groups.map((group) => (
          <GroupLine key={group.id} group={group} />
        ))}
      </TableBody>
    </Table>
  );
}

function GroupLine({ group }: { readonly group: GroupInfo }) {
  const { id, name, products, members, lastReport, nextReportAt, autoAssign } = group;
  return (
    <TableRow>
      <TableCell component="th" scope="row">
        <TextLink component={Link} to={`/groups/${id}`} underline="hover" sx={{ fontWeight: 600 }}>
          {name}
        </TextLink>
        {autoAssign && <Box sx={SMALL}>{say("new studies join by themselves")}</Box>}
      </TableCell>
      <TableCell>{products.join(", ")}</TableCell>
      <TableCell>
        <ToneChip {...groupWords(group)} />
      </TableCell>
      <TableCell>
        <MembersBar members={members} />
      </TableCell>
      <TableCell>
        {lastReport ? (
          <>
            <ToneChip {...REPORT_WORDS[lastReport.state]} />
            <Box sx={SMALL}>
              <TimeText at={lastReport.createdAt} />
            </Box>
          </>
        ) : (
          say("None")
        )}
      </TableCell>
      <TableCell>{nextReportAt ? <TimeText at={nextReportAt} /> : say("By completion")}</TableCell>
    </TableRow>
  );
}

const SMALL = { fontSize: "0.8125rem", color: "text.secondary", mt: 0.25, fontWeight: 400 } as const;

const TABLE = {
  "& thead th": { color: "text.secondary", fontSize: "0.8125rem" },
  "& thead": { display: { xs: "none", md: "table-header-group" } },
  "& tbody tr": { display: { xs: "grid", md: "table-row" }, py: { xs: 1, md: 0 } },
  "& tbody td, & tbody th": { borderBottomWidth: { xs: 0, md: 1 }, py: { xs: 0.5, md: 1 } },
  "& tbody tr + tr": { borderTop: { xs: 1, md: 0 }, borderColor: "divider" },
} as const;
