// The organisations as a table; on a phone each stands under its name.
import { Box, Link, Table, TableBody, TableCell, TableHead, TableRow, type Theme } from "@mui/material";
import { say, ToneChip } from "@thalamus/sdk/ui";
import { Link as RouterLink } from "react-router";
import type { OrganisationInfo } from "../api.gen.ts";
import { counted, SUSPENDED } from "./organisation-words.ts";

export interface OrganisationTableProps {
  readonly organisations: readonly OrganisationInfo[];
}

export function OrganisationTable({ organisations }: OrganisationTableProps) {
  return (
    <Table size="small" aria-label={say("Organisations")} sx={TABLE}>
      <TableHead>
        <TableRow>
          {[
            say("Organisation"),
            say("Members and keys"),
            say("Products"),
            say("Agents"),
            say("Last 30 days"),
            say("Orders expire"),
          ].map((title) => (
            <TableCell key={title}>{title}</TableCell>
          ))}
        </TableRow>
      </TableHead>
      <TableBody>
        {organisations.map((organisation) => (
          <OrganisationLine key={organisation.id} organisation={organisation} />
        ))}
      </TableBody>
    </Table>
  );
}

function OrganisationLine({ organisation }: { readonly organisation: OrganisationInfo }) {
  const { id, name, members, keys, products, agents, runs, orderDays, suspendedAt } = organisation;
  return (
    <TableRow>
      <TableCell component="th" scope="row">
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px 12px" }}>
          <Link
            component={RouterLink}
            to={`/organisations/${id}`}
            underline="hover"
            sx={{ fontWeight: 600, overflowWrap: "anywhere" }}
          >
            {name}
          </Link>
          {suspendedAt !== null && <ToneChip {...SUSPENDED} />}
        </Box>
      </TableCell>
      <TableCell>
        {counted(members, "member")}, {counted(keys, "key")}
      </TableCell>
      <TableCell>{counted(products, "product")}</TableCell>
      <TableCell>
        {agents === 0 ? (
          say("No agent")
        ) : (
          <Link component={RouterLink} to={`/agents?organisation=${id}`}>
            {counted(agents, "agent")}
          </Link>
        )}
      </TableCell>
      <TableCell>
        {counted(runs, "run")}
        <OnPhone>{` ${say("in 30 days")}`}</OnPhone>
      </TableCell>
      <TableCell>
        <OnPhone>{`${say("Orders expire")} `}</OnPhone>
        {say("after %{days}", { days: counted(orderDays, "day") })}
      </TableCell>
    </TableRow>
  );
}

/** What the head of the table says where there is one. */
const OnPhone = ({ children }: { readonly children: string }) => (
  <Box component="span" sx={{ display: { md: "none" } }}>
    {children}
  </Box>
);

const TABLE = {
  "& thead th": { color: "text.secondary", fontSize: "0.8125rem" },
  "& thead": { display: { xs: "none", md: "table-header-group" } },
  "& tbody tr": { display: { xs: "grid", md: "table-row" }, py: { xs: 1, md: 0 } },
  "& tbody td, & tbody th": { borderBottomWidth: { xs: 0, md: 1 }, py: { xs: 0.5, md: 1.25 } },
  "& tbody td": { whiteSpace: { md: "nowrap" } },
  "& tbody tr + tr": (theme: Theme) => ({
    [theme.breakpoints.down("md")]: { borderTop: `1px solid ${theme.palette.divider}` },
  }),
  "& tbody tr:last-of-type > *": { borderBottomWidth: 0 },
} as const;
