// The products of this hub in short; their images are changed on the page of housekeeping.
import { Box, Link } from "@mui/material";
import { ErrorState, say } from "@thalamus/sdk/ui";
import { Link as RouterLink } from "react-router";
import { useMay } from "../acts/permission.ts";
import type { ListProductsAnswer } from "../api.gen.ts";
import { PageSection } from "../layout/page-section.tsx";
import { useReading } from "../list/reading.ts";
import { LINE, LIST, NOTHING } from "./line-look.ts";

export function ProductLines() {
  const may = useMay();
  const { data, error, refetch } = useReading<ListProductsAnswer>("products", "/api/products");
  const manage = may("upkeep.read") && (
    <Link component={RouterLink} to="/housekeeping">
      {say("Images and rollback")}
    </Link>
  );
  return (
    <PageSection title={say("Products")} action={manage}>
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title={say("The products could not be read")}
            error={error}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {data?.total === 0 && <Box sx={NOTHING}>{say("No plugin of this hub runs products.")}</Box>}
      <Box component="ul" aria-label={say("Products")} sx={LIST}>
        {data?.data.map(({ id, name, version, entry, problem }) => (
          <Box component="li" key={id} aria-label={name} sx={LINE}>
            <Box component="span" sx={{ fontWeight: 550 }}>
              {name}
            </Box>
            <span>{version}</span>
            <Box sx={{ color: "text.secondary" }}>{say("run by %{entry}", { entry })}</Box>
            {problem !== null && <Box sx={{ flexBasis: "100%" }}>{problem}</Box>}
          </Box>
        ))}
      </Box>
    </PageSection>
  );
}
