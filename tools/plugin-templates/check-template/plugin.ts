// check-template: holds studies with too few instances.
import { type CheckLine, defineCheck, eachStep, held, passed, Settings, Type } from "@thalamus/sdk";

export const TemplateSettings = Settings({
  fewestInstances: Type.Integer({
    title: "Fewest instances",
    description: "A study with fewer is held for a person.",
    minimum: 1,
    default: 2,
  }),
});

export default defineCheck({
  name: "check-template",
  title: "Template",
  summary: "Holds studies with too few instances.",
  settings: TemplateSettings,
  needs: {},
  check: (steps$, { settings }) =>
    steps$.pipe(
      eachStep(
        async (step) => {
          const instances = await step.study.instances();
          const line = countLine(instances.length, settings.fewestInstances);
          return line.verdict === "fail" ? held([line]) : passed([line]);
        },
        { width: 4 },
      ),
    ),
});

/** What people see of the check; no value of the patient may be in it. */
function countLine(found: number, wanted: number): CheckLine {
  return {
    id: "instances",
    title: "Number of instances",
    verdict: found < wanted ? "fail" : "pass",
    found: `${found} instances`,
    wanted: `${wanted} or more`,
    howToFix: "Send the whole study again.",
  };
}
