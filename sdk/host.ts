// What the host needs of the SDK and a plugin must not touch.
export { type BugReporter, setBugReporter } from "./each-step.ts";
