// Child program: converts the DICOM files of one series to NIfTI with the WebAssembly build of dcm2niix.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONVERTER_GAVE_UP } from "./converter-exit.ts";

/** The part of the Emscripten module that is used; the package ships no types. */
interface ConverterModule {
  FS: {
    mkdir: (path: string) => void;
    readdir: (path: string) => string[];
    readFile: (path: string) => Uint8Array;
    writeFile: (path: string, data: Uint8Array, options: { canOwn: boolean }) => void;
  };
  callMain: (args: string[]) => number;
}

type CreateModule = (options: {
  print: (line: string) => void;
  printErr: (line: string) => void;
  noInitialRun: boolean;
}) => Promise<ConverterModule>;

/** Arguments: a JSON file with the list of DICOM files, and the folder for the NIfTI files. */
const [listFile, outputFolder] = process.argv.slice(2) as [string, string];

// The package's entry wants a browser worker; the module inside runs in Node. Its file is not among the
// package's exports, so it is addressed as the neighbour of the entry.
const entry = import.meta.resolve("@niivue/dcm2niix");
const createModule = (await import(new URL("./dcm2niix.jpeg.js", entry).href)) as { default: CreateModule };
// dcm2niix prints patient names with some warnings, so nothing of its output is passed on.
const ignore = () => {};
const converter = await createModule.default({ print: ignore, printErr: ignore, noInitialRun: true });

converter.FS.mkdir("/input");
converter.FS.mkdir("/output");
const files = JSON.parse(readFileSync(listFile, "utf8")) as string[];
files.forEach((file, position) => {
  // canOwn keeps the buffer instead of copying it, which halves the memory.
  converter.FS.writeFile(`/input/${String(position).padStart(6, "0")}.dcm`, readFileSync(file), {
    canOwn: true,
  });
});
let exitCode: number | undefined;
try {
  exitCode = converter.callMain(["-b", "y", "-ba", "y", "-z", "n", "-f", "%s", "-o", "/output", "/input"]);
} catch {
  // it aborts on what it cannot make sense of, and when its memory is full; nothing in it can be trusted then
  process.exit(CONVERTER_GAVE_UP);
}
const outputs = converter.FS.readdir("/output").filter((name) => name !== "." && name !== "..");
for (const name of outputs) writeFileSync(join(outputFolder, name), converter.FS.readFile(`/output/${name}`));
// 0 is done, 2 no usable DICOM, 3 done in part: whether there is output decides.
process.exitCode = outputs.length > 0 || exitCode === 0 || exitCode === 2 ? 0 : CONVERTER_GAVE_UP;
