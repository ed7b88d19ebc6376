// What a site can be told about: the events, and one of them as a plugin of kind watch gets it.
import type { Phi } from "./phi.ts";
import type { StudyIdentity } from "./step.ts";

/** Every event, past tense, with what people call it. */
export const NOTICE_EVENTS = {
  /** */
  "study.received": "New dataset received",
  /** */
  "study.qc-passed": "Quality control passed",
  /** */
  "study.qc-failed": "Quality control failed",
  /** */
  "cloud.upload-failed": "Upload failed",
  /** */
  "cloud.upload-succeeded": "Upload succeeded",
  /** */
  "report.delivered": "Report delivered",
  /** */
  "report.delivery-failed": "Report delivery failed",
  /** */
  "processing.failed": "Processing failed, failure report available",
  /** */
  "group.completed": "Group processing completed",
  /** */
  "group.report-sent": "Group report sent",
  /** */
  "group.report-failed": "Group report could not be sent",
  /** */
  "product.completed": "Local processing completed",
  /** */
  "product.failed": "Local processing failed",
  /** */
  "system.cpu-high": "High CPU usage",
  /** */
  "system.memory-high": "High memory usage",
  /** */
  "system.swap-high": "High swap usage",
  /** */
  "system.disk-low": "Low disk space",
  /** */
  "system.recovered": "System metric recovered",
} as const;

export type NoticeEvent = keyof typeof NOTICE_EVENTS;

/** Codes, counts, ids and names of plugin entries; never PHI. */
export type NoticeDetail = Readonly<Record<string, string | number>>;

/** One event that happened. */
export interface Notice {
  /** UUID; the same for a repeat. */
  readonly id: string;
  readonly event: NoticeEvent;
  readonly at: Date;
  readonly detail: NoticeDetail;
  /** Absent for events of the system, and when the study was deleted meanwhile. */
  readonly study?: {
    readonly id: string;
    readonly revision: number;
    readonly identity: Phi<StudyIdentity>;
  };
}
