// pdf.js as the policy of the console allows it: worker and files from this hub, no WebAssembly, no scripts of the PDF.
import workerAddress from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { pdfjs } from "react-pdf";

pdfjs.GlobalWorkerOptions.workerSrc = workerAddress;

/** Where the build lays what pdf.js fetches for some PDFs only (vite.config.ts). */
const files = `${window.location.origin}/assets/pdf-${pdfjs.version}`;

/** One object for ever: react-pdf opens the PDF anew when it changes. */
export const PDF_OPTIONS = {
  cMapUrl: `${files}/cmaps/`,
  // the same letters on every machine, as wide as the PDF says
  standardFontDataUrl: `${files}/standard_fonts/`,
  useSystemFonts: false,
  // decoders of JPEG 2000 and JBIG2 as scripts, as WebAssembly would need a wider policy
  wasmUrl: `${files}/wasm/`,
  useWasm: false,
  enableXfa: false,
  verbosity: pdfjs.VerbosityLevel.ERRORS,
};
