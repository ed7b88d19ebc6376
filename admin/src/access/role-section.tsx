// Roles and what each may do, in words.
import { Accordion, AccordionDetails, AccordionSummary, Box, Typography } from "@mui/material";
import type { ListRolesAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";

export function RoleSection() {
  const { data } = useReading<ListRolesAnswer>("roles", "/api/access/roles");
  const words = new Map(data?.permissions.map((one) => [one.name, one.words]));
  return (
    <>
      {data?.data.map(({ name, title, permissions, siteMade }) => (
        <Accordion key={name} variant="outlined" disableGutters>
          <AccordionSummary>
            <Typography>
              {title}
              <Box component="span" sx={{ color: "text.secondary" }}>
                , {permissions.length} permissions{siteMade ? ", made by this site" : ""}
              </Box>
            </Typography>
          </AccordionSummary>
          <AccordionDetails>
            <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
              {permissions.map((permission) => (
                <li key={permission}>{words.get(permission) ?? permission}</li>
              ))}
            </Box>
          </AccordionDetails>
        </Accordion>
      ))}
      <Typography sx={{ mt: 1, color: "text.secondary", fontSize: "0.875rem" }}>
        Other roles are made with PUT /api/access/roles/NAME; the operations guide shows how.
      </Typography>
    </>
  );
}
