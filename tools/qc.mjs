// Checks a folder with a DICOM or NIfTI study from the command line: npm run -s qc -- DIR
import { keepCompiledCode } from "../core/compile-cache.mjs";

// before anything else is loaded: from the second run on no module is compiled again
keepCompiledCode();
await import("./qc.ts");
