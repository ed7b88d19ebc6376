// Builds the console into admin/dist; the hub serves it from there under a strict content security policy.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const HUB = process.env["THALAMUS_HUB"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
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
