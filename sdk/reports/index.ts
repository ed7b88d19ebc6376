// Reports that the hub and its plugins make in place of a result.
export {
  type FailedOrder,
  type FailureReason,
  failureResult,
  failureText,
  studyLabel,
} from "./failure-report.ts";
export { pictureAsPdf } from "./picture-page.ts";
