// Tests stand beside the code and, for whole journeys, under test/.
import { defineConfig } from "vitest/config";

const UNITS = ["{core,sdk,plugins,admin}/**/*.test.ts"];
const JOURNEYS = ["{test,tools}/**/*.test.ts"];

export default defineConfig({
  test: {
    globalSetup: ["./test/support/postgres-for-tests.ts"],
    // on a busy machine everything takes long; only what fails waits to the end
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 20_000 } },
    // one more than two cores: a journey often waits for a process, a clock or a disk
    maxWorkers: 3,
    // a worker keeps its modules from file to file and loads them once: whatever a file sets up it takes down
    isolate: false,
    projects: [
      { extends: true, test: { name: "units", include: UNITS } },
      { extends: true, test: { name: "journeys", include: JOURNEYS } },
    ],
    exclude: ["**/node_modules/**"],
  },
});
