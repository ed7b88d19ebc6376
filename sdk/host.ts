// What the host needs of the SDK and a plugin must not touch.
export { DeidentifiedStudy } from "./deidentified-study.ts";
export { type BugReporter, setBugReporter } from "./each-step.ts";
