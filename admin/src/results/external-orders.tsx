// Results in the cloud that others of the organisation ordered; their reports are fetched when somebody wants one.
import CloudOutlined from "@mui/icons-material/CloudOutlined";
import { Box, Link, Paper, Typography } from "@mui/material";
import { ShortId, say, TimeText, ToneChip } from "@thalamus/sdk/ui";
import type { ExternalOrderView, ListExternalOrdersAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { KindChip } from "./kind-chip.tsx";

const LOOK_MS = 60_000;
const SHOWN = 100;

/** Nothing at all where no cloud lists any. */
export function ExternalOrders() {
  const { data } = useReading<ListExternalOrdersAnswer>("external-orders", "/api/external-orders", {
    query: { page: 1, perPage: SHOWN },
    everyMs: LOOK_MS,
  });
  if (!data || data.total === 0) return null;
  const groups = Map.groupBy(data.data, ({ group }) => group ?? "");
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-label={say("External orders")}
      sx={{ mt: 2, borderRadius: 1.5 }}
    >
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.25, px: 2, py: 1.5 }}>
        <Typography variant="h2">{say("External orders")}</Typography>
        <Box sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
          {data.total > SHOWN
            ? say("The newest %{shown} of %{total}.", { shown: SHOWN, total: data.total })
            : say("Ordered by others of the organisation.")}
        </Box>
      </Box>
      {[...groups].map(([group, orders]) => (
        <Box key={group} component="section" aria-label={group === "" ? say("Without a group") : group}>
          {group !== "" && (
            <Typography variant="h3" sx={{ px: 2, pt: 1.5 }}>
              {group}
            </Typography>
          )}
          <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
            {orders.map((order) => (
              <ExternalLine key={order.id} order={order} />
            ))}
          </Box>
        </Box>
      ))}
    </Paper>
  );
}

function ExternalLine({
  order: { id, order, kind, product, reportTypes, updatedAt },
}: {
  order: ExternalOrderView;
}) {
  return (
    <Box component="li" sx={LINE}>
      <ToneChip tone="info" icon={CloudOutlined} word={say("External")} />
      <ShortId id={order} what={say("order id")} />
      <span>{product}</span>
      <KindChip kind={kind} />
      <TimeText at={updatedAt} />
      <Box sx={{ flex: 1 }} />
      {reportTypes.map((type) => (
        <Link
          key={type}
          href={`/api/external-orders/${id}/reports/${type}`}
          download
          aria-label={say("Report of order %{id} as %{type}", { id: order.slice(0, 8), type })}
        >
          {type}
        </Link>
      ))}
    </Box>
  );
}

const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "4px 14px",
  px: 2,
  py: 1,
  fontSize: "0.875rem",
  borderTop: 1,
  borderColor: "divider",
} as const;
