// De-identifies a folder of DICOM or NIfTI files from the command line: npm run -s deid -- --in DIR --out DIR
import { keepCompiledCode } from "../core/compile-cache.mjs";

// before anything else is loaded: from the second run on no module is compiled again
keepCompiledCode();
const { runDeidCommand } = await import("./deid/deid-command.ts");
process.exitCode = await runDeidCommand();
