// Every metric of the hub itself; docs/metrics.md is made from these declarations.
import { declareCounter, declareGauge, declareHistogram, type IntakeRefusalCode } from "@thalamus/sdk";
import { CLOUD_STATUSES } from "@thalamus/sdk/cloud";
import { AGENT_STATES } from "../cloud-access/agent-state.ts";
import { ORDER_STATUSES, STUDY_STATUSES } from "../studies/transitions.ts";

export const INTAKE_OUTCOMES = ["stored", "duplicate", "revised"] as const;
export const INTAKE_REFUSALS = [
  "intake.truncated",
  "intake.malformed",
  "intake.mismatch",
  "intake.no-study",
  "intake.out-of-space",
  "intake.storage-failed",
  "intake.stopping",
] as const satisfies readonly IntakeRefusalCode[];
/** States in which a step waits for somebody; what is done or skipped is not counted again and again. */
export const OPEN_STATES = ["ready", "claimed", "acting", "held", "unknown", "rejected"] as const;
export const STEP_OUTCOMES = [
  ...["passed", "transformed", "processed", "delivered", "skipped"],
  ...["held", "rejected", "retried", "waits", "released", "interrupted", "called-off"],
] as const;

export const RESULT_REFUSALS = [
  "result.wrong-patient",
  "result.no-copy",
  "result.unknown-order",
  "result.no-subject",
] as const;

const SHORT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LONG_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400];

export const CoreMetrics = {
  instances: declareCounter({
    name: "thalamus_intake_instances_total",
    help: "Instances that were answered with success, after file and row were safe",
    labels: { outcome: INTAKE_OUTCOMES },
  }),
  bytes: declareCounter({
    name: "thalamus_intake_bytes_total",
    help: "Bytes of the files of these instances, duplicates included",
  }),
  refused: declareCounter({
    name: "thalamus_intake_refused_total",
    help: "Objects that the intake refused, by error code",
    labels: { code: INTAKE_REFUSALS },
  }),
  uploads: declareCounter({
    name: "thalamus_uploads_total",
    help: "Uploads that this hub has taken in or refused",
    labels: { outcome: ["done", "failed"] },
  }),
  cloudUploadBytes: declareCounter({
    name: "thalamus_cloud_upload_bytes_total",
    help: "Bytes of parts that clients of the cloud API sent to this hub; what goes straight to an object store is not seen",
  }),
  cloudUploads: declareGauge({
    name: "thalamus_cloud_uploads_open",
    help: "Uploads of the cloud API that wait for parts, over all hubs of the database",
  }),
  cloudOrders: declareGauge({
    name: "thalamus_cloud_orders",
    help: "Orders of the cloud API by status, over all hubs of the database",
    labels: { status: CLOUD_STATUSES },
  }),
  batchInstances: declareHistogram({
    name: "thalamus_intake_batch_instances",
    help: "Instances that shared one commit",
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
  }),
  batchSeconds: declareHistogram({
    name: "thalamus_intake_batch_seconds",
    help: "Time from the begin of a commit to its answer",
    buckets: SHORT_SECONDS,
  }),
  stableSeconds: declareHistogram({
    name: "thalamus_study_stable_seconds",
    help: "Time from a study's last instance to its being stable",
    buckets: [1, 5, 15, 30, 60, 90, 120, 300, 900, 3600],
  }),
  studies: declareGauge({
    name: "thalamus_studies",
    help: "Studies by visible status, over all hubs of the database",
    labels: { status: STUDY_STATUSES },
  }),
  orders: declareGauge({
    name: "thalamus_orders",
    help: "Orders by status, over all hubs of the database",
    labels: { status: ORDER_STATUSES },
  }),
  steps: declareGauge({
    name: "thalamus_steps",
    help: "Steps that are not through, by plugin entry and state, over all hubs of the database",
    labels: { target: "plugin entries", state: OPEN_STATES },
  }),
  queueDepth: declareGauge({
    name: "thalamus_queue_depth",
    help: "Steps that could begin now and wait for a free hand, over all hubs of the database",
    labels: { target: "plugin entries" },
  }),
  queueOldest: declareGauge({
    name: "thalamus_queue_oldest_seconds",
    help: "How long the longest of them has been waiting",
    labels: { target: "plugin entries" },
  }),
  inCloud: declareGauge({
    name: "thalamus_orders_in_cloud",
    help: "Orders that somebody outside has all he needs for and works on, by plugin entry, over all hubs of the database",
    labels: { target: "plugin entries" },
  }),
  settled: declareCounter({
    name: "thalamus_steps_settled_total",
    help: "Ends of claims on this hub, by plugin entry and outcome; rejected is for good, retried comes again",
    labels: { target: "plugin entries", outcome: STEP_OUTCOMES },
  }),
  stepSeconds: declareHistogram({
    name: "thalamus_step_seconds",
    help: "Time from claim to outcome of a step",
    labels: { target: "plugin entries" },
    buckets: LONG_SECONDS,
  }),
  receiptsMissing: declareGauge({
    name: "thalamus_results_without_receipt",
    help: "Results that a destination has not confirmed an hour after they came, one for each destination, over all hubs of the database; counted every five minutes at most",
  }),
  resultsRefused: declareCounter({
    name: "thalamus_results_refused_total",
    help: "Results from outside that are not about the study and patient of their order; nobody should see one",
    labels: { code: RESULT_REFUSALS },
  }),
  cloudAgents: declareGauge({
    name: "thalamus_cloud_agents",
    help: "Edge hubs that sent a heartbeat, by how they are; unshared does not say, silent sent none for three of its intervals; over all hubs of the database",
    labels: { state: AGENT_STATES },
  }),
  cloudSecrets: declareCounter({
    name: "thalamus_cloud_secrets_checked_total",
    help: "Secrets of keys that came over the cloud API; refused ones are unknown, expired, revoked or suspended",
    labels: { outcome: ["admitted", "refused"] },
  }),
  cloudRuns: declareCounter({
    name: "thalamus_cloud_runs_total",
    help: "Runs that clients of the cloud API asked for; admitted ones counted, or had been counted before",
    labels: { outcome: ["admitted", "no-uses-left"] },
  }),
  freeBytes: declareGauge({
    name: "thalamus_disk_free_bytes",
    help: "Free space on the file system of the data folder",
  }),
  keepFreeBytes: declareGauge({
    name: "thalamus_disk_keep_free_bytes",
    help: "With less free space than this C-STORE answers 0xA700 (intake.keepFreeMegabytes)",
  }),
  warnFreeBytes: declareGauge({
    name: "thalamus_disk_warn_free_bytes",
    help: "With less free space than this the hub warns (intake.warnFreeMegabytes)",
  }),
  listenerHealthy: declareGauge({
    name: "thalamus_listener_healthy",
    help: "1 while a listener can be used, 0 when it says it cannot",
    labels: { listener: "plugin entries" },
  }),
  certificateExpires: declareGauge({
    name: "thalamus_listener_certificate_expires_timestamp_seconds",
    help: "When the TLS certificate of a listener expires, as Unix time",
    labels: { listener: "plugin entries" },
  }),
  databaseUp: declareGauge({
    name: "thalamus_database_up",
    help: "1 when the database answered this scrape; without it the gauges it feeds are missing",
  }),
  databaseConnections: declareGauge({
    name: "thalamus_database_connections",
    help: "Connections of the hub's pool, and who waits for one",
    labels: { state: ["busy", "idle", "waiting"] },
  }),
  eventLoopDelay: declareGauge({
    name: "thalamus_event_loop_delay_seconds",
    help: "How late the event loop was since the last scrape",
    labels: { percentile: ["50", "99", "100"] },
  }),
  memory: declareGauge({
    name: "thalamus_process_memory_bytes",
    help: "Memory of the hub's process, without that of products and the embedded database",
    labels: { kind: ["rss", "heap_used", "external"] },
  }),
  cpuSeconds: declareCounter({
    name: "thalamus_process_cpu_seconds_total",
    help: "Processor time of the hub's process",
    labels: { mode: ["user", "system"] },
  }),
  cpuCores: declareGauge({
    name: "thalamus_machine_cpu_cores",
    help: "Processor cores the hub may use",
  }),
  load: declareGauge({
    name: "thalamus_machine_load",
    help: "Processes that ran or waited to, on average over the last minute, as the system tells it",
  }),
  machineMemory: declareGauge({
    name: "thalamus_machine_memory_bytes",
    help: "Memory of the machine, and what of it the hub could still have",
    labels: { kind: ["total", "available"] },
  }),
  info: declareGauge({
    name: "thalamus_info",
    help: "1, with the id of this hub process, its version and what it runs on",
    labels: { hub: "about the hub", version: "about the hub", runtime: "about the hub" },
  }),
  started: declareGauge({
    name: "thalamus_start_timestamp_seconds",
    help: "When the hub started, as Unix time",
  }),
} as const;
