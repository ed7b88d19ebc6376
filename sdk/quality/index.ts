// What quality controls of all formats share: rule sets, gradients, acquisition, and the grammars of age and sex.
export * from "./acquisition-check.ts";
export * from "./age.ts";
export * from "./description-match.ts";
export * from "./gradient-check.ts";
export * from "./gradients.ts";
export * from "./ifu-profile.ts";
export * from "./open-profile.ts";
export * from "./quality-report.ts";
export * from "./range-rule.ts";
export * from "./sex.ts";
