// The sign of life an edge hub gives to the cloud: only what its site allows, and nothing about patients.
import { type Static, Type } from "typebox";

const Count = Type.Integer({ minimum: 0 });
const Bytes = Type.Integer({ minimum: 0 });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const sealed = { additionalProperties: false };

/** A-055..A-057: what every heartbeat says. */
const Runtime = Type.Object(
  {
    type: Type.Union([Type.Literal("native"), Type.Literal("docker"), Type.Literal("kubernetes")]),
    version: Type.String({ maxLength: 64 }),
    started_at: Type.String({ format: "date-time" }),
  },
  sealed,
);

/** A-058..A-063, A-148. */
const Machine = Type.Object(
  {
    cpu_cores: Count,
    cpu_load: Share,
    memory_bytes: Bytes,
    memory_available_bytes: Bytes,
    disk_free_bytes: Bytes,
    disk_bytes: Bytes,
    disk_read_bytes_per_second: Type.Union([Bytes, Type.Null()]),
    disk_write_bytes_per_second: Type.Union([Bytes, Type.Null()]),
  },
  sealed,
);

/** counts of orders since the hub was installed, and what waits. */
const Orders = Type.Object({ processed: Count, failed: Count, in_progress: Count, waiting: Count }, sealed);

/** A-064..A-066, A-150. */
const Health = Type.Object(
  {
    healthy: Type.Boolean(),
    database: Type.Boolean(),
    services: Type.Array(
      Type.Object(
        { name: Type.String({ maxLength: 100 }), ok: Type.Boolean(), uptime_seconds: Count },
        sealed,
      ),
      { maxItems: 100 },
    ),
  },
  sealed,
);

/** Body of `POST /agents/heartbeat`. What is switched off at the site is absent. */
export const Heartbeat = Type.Object(
  {
    agent_id: Type.String({ format: "uuid" }),
    sent_at: Type.String({ format: "date-time" }),
    /** Until the next one comes. */
    interval_seconds: Type.Integer({ minimum: 1 }),
    runtime: Runtime,
    machine: Type.Optional(Machine),
    orders: Type.Optional(Orders),
    health: Type.Optional(Health),
  },
  sealed,
);
export type Heartbeat = Static<typeof Heartbeat>;

export const HeartbeatReply = Type.Object({ received_at: Type.String({ format: "date-time" }) });
