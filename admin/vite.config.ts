// Builds the console into admin/dist; the hub serves it from there under a strict content security policy.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const HUB = process.env["THALAMUS_HUB"] ?? "http://127.0.0.1:8080";

const PDFJS = createRequire(import.meta.url).resolve("pdfjs-dist/package.json");

/**
 * What pdf.js fetches for some PDFs only, by names of its own: fonts that are not embedded, Asian encodings, and the
 * decoders of JPEG 2000 and JBIG2 as scripts (WebAssembly would need a wider policy). Vite's development server does without.
 */
function filesOfPdfjs(): Plugin {
  const { version } = JSON.parse(readFileSync(PDFJS, "utf8")) as { version: string };
  const wanted = (name: string) => !name.endsWith(".wasm") && !name.startsWith("quickjs");
  return {
    name: "files-of-pdfjs",
    apply: "build",
    generateBundle() {
      for (const folder of ["cmaps", "standard_fonts", "wasm"]) {
        const path = join(dirname(PDFJS), folder);
        for (const name of readdirSync(path).filter(wanted)) {
          const source = readFileSync(join(path, name));
          this.emitFile({ type: "asset", fileName: `assets/pdf-${version}/${folder}/${name}`, source });
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), filesOfPdfjs()],
  base: "/",
  server: { host: "127.0.0.1", proxy: { "/api": HUB } },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    // data: addresses would need a wider policy, and a preload helper only serves old browsers
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "react", test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            // charts (@mui/x-…) come with the one page that shows them
            { name: "mui", test: /node_modules[\\/]@(mui[\\/](?!x-)|emotion[\\/])/, minShareCount: 2 },
            { name: "ra", test: /node_modules[\\/](ra-|react-admin|@tanstack|react-router|react-hook-form)/ },
          ],
        },
      },
    },
  },
});
