// Tests stand beside the code and, for whole journeys, under test/.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{core,sdk,plugins,admin,test,tools}/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    globalSetup: ["./test/support/postgres-for-tests.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // two cores: more workers only make tests that wait for real processes slower
    maxWorkers: 2,
  },
});
