// How everything is: services, machine, listeners, queues, certificates, plugins, products, heartbeats.
import { Box, Link } from "@mui/material";
import { ErrorState, Late, say } from "@thalamus/sdk/ui";
import { Link as RouterLink } from "react-router";
import { useMay } from "../acts/permission.ts";
import type { GetSystemAnswer } from "../api.gen.ts";
import { PageSection } from "../layout/page-section.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { CertificateTable } from "./certificate-table.tsx";
import { HeartbeatCards } from "./heartbeat-cards.tsx";
import { ListenerTable } from "./listener-table.tsx";
import { MachineFacts } from "./machine-facts.tsx";
import { PluginList } from "./plugin-list.tsx";
import { ProductLines } from "./product-lines.tsx";
import { QueueTable } from "./queue-table.tsx";
import { ServiceList } from "./service-list.tsx";

/** Queues are announced; the rest is looked at. */
const LOOK_MS = 5000;

export function HealthTab() {
  const may = useMay();
  const { data, error, refetch } = useReading<GetSystemAnswer>("system", "/api/system", { everyMs: LOOK_MS });
  return (
    <>
      {error && (
        <ErrorState
          title={say("The state of the hub could not be read")}
          error={error}
          {...(data ? { stillWorks: say("You see it as it was.") } : {})}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={6} />
        </Late>
      )}
      {data && (
        <>
          <Box sx={TWO}>
            <PageSection title={say("Services")} action={may("logs.read") && <LogLink />}>
              <ServiceList services={data.services} />
            </PageSection>
            <PageSection title={say("Machine and database")}>
              <MachineFacts system={data} />
            </PageSection>
          </Box>
          <PageSection title={say("Queues")}>
            <QueueTable queues={data.queues} />
          </PageSection>
          <Box sx={TWO}>
            <PageSection title={say("Listeners")}>
              <ListenerTable listeners={data.listeners} />
            </PageSection>
            <PageSection title={say("Certificates")}>
              <CertificateTable certificates={data.certificates} />
            </PageSection>
          </Box>
          <PageSection title={say("Plugins")}>
            <PluginList plugins={data.plugins} />
          </PageSection>
        </>
      )}
      {may("products.read") && <ProductLines />}
      {may("clouds.control") && <HeartbeatCards />}
    </>
  );
}

const LogLink = () => (
  <Link component={RouterLink} to="/logs">
    {say("Logs")}
  </Link>
);

const TWO = {
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: "repeat(2, minmax(0, 1fr))" },
  columnGap: 2.5,
} as const;
