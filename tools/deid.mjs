// De-identifies a folder of DICOM or NIfTI files from the command line: npm run -s deid -- --in DIR --out DIR
// Plain JavaScript: for a program in TypeScript the stripper of types is loaded before the cache is there.
import { enableCompileCache } from "node:module";

// before anything else is loaded: from the second run on no module is compiled again
enableCompileCache();
const { runDeidCommand } = await import("./deid/deid-command.ts");
process.exitCode = await runDeidCommand();
