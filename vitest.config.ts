// Tests stand beside the code and, for whole journeys, under test/.
import { defineConfig } from "vitest/config";

const UNITS = ["{core,sdk,plugins,admin}/**/*.test.ts"];
const JOURNEYS = ["{test,tools}/**/*.test.ts"];

export default defineConfig({
  test: {
    globalSetup: ["./test/support/postgres-for-tests.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // two cores: more workers only make tests that wait for real processes slower
    maxWorkers: 2,
    projects: [
      // a worker keeps its modules from file to file and loads them once: whatever a file sets up it takes down
      { extends: true, test: { name: "units", include: UNITS, isolate: false } },
      { extends: true, test: { name: "journeys", include: JOURNEYS } },
    ],
    exclude: ["**/node_modules/**"],
  },
});
