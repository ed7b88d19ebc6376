// Chooses the slices and makes the picture strips of the report.

import { BLACK, type Colour, directionColour, grey, heat } from "./colour-map.ts";
import {
  boxAround,
  type DisplayBox,
  type DisplayView,
  pickSlices,
  radiologicalView,
} from "./display-axes.ts";
import type { Strip } from "./map-strip.ts";
import type { Measurement, Metric } from "./measurement.ts";
import { drawMosaic, scaledColours } from "./mosaic.ts";
import { CONTENT } from "./pdf-page.ts";

/** Height in points that page 1 has for each row of slices; it decides how many fit side by side. */
const ROW_HEIGHT = 93;
const OUTLINE: Colour = [255, 170, 40];

interface Scene {
  view: DisplayView;
  box: DisplayBox;
  /** Slices that fit side by side across the page. */
  tiles: number;
  /** Twice as many as one row holds; single-row maps show every second one. */
  slices: number[];
}

function sceneOf(measurement: Measurement): Scene {
  const view = radiologicalView(measurement.grid);
  const box = boxAround(view, measurement.mask);
  const width = (box.x[1] - box.x[0] + 1) * view.spacing[0];
  const height = (box.y[1] - box.y[0] + 1) * view.spacing[1];
  const tiles = Math.min(9, Math.max(5, Math.round((CONTENT * height) / width / ROW_HEIGHT)));
  return { view, box, tiles, slices: pickSlices(view, measurement.mask, 2 * tiles) };
}

const everySecond = (slices: readonly number[]) => slices.filter((_, n) => n % 2 === 1);

function metricStrip(scene: Scene, measurement: Measurement, metric: Metric): Strip {
  const isFraction = metric.id === "FW";
  const colours = scaledColours(metric.map, measurement.mask, metric.window, isFraction ? heat : grey);
  const [low, high] = metric.window;
  const unit = metric.unit === "1" ? "" : " \u00b5m\u00b2/ms";
  return {
    caption: `${metric.name} (${metric.id})`,
    rows: [drawMosaic(scene.view, scene.box, everySecond(scene.slices), colours)],
    legend: { kind: isFraction ? "heat" : "grey", low: String(low), high: `${high}${unit}` },
  };
}

/** Colour FA in two rows (one when free water needs the room), FA, MD and free water. */
export function firstPageStrips(measurement: Measurement): Strip[] {
  const scene = sceneOf(measurement);
  const { maps, mask, metrics } = measurement;
  const shown = metrics.filter((metric) => metric.id === "FA" || metric.id === "MD" || metric.id === "FW");
  const colourFa = (voxel: number) =>
    mask[voxel] ? directionColour(maps.direction, 3 * voxel, maps.FA[voxel]!) : BLACK;
  const rows =
    shown.length > 2
      ? [everySecond(scene.slices)]
      : [scene.slices.slice(0, scene.tiles), scene.slices.slice(scene.tiles)];
  return [
    {
      caption: "Direction-encoded colour FA",
      rows: rows.map((slices) => drawMosaic(scene.view, scene.box, slices, colourFa)),
      legend: { kind: "directions" },
    },
    ...shown.map((metric) => metricStrip(scene, measurement, metric)),
  ];
}

/** AD, RD and the mean b = 0 image with the outline of the mask. */
export function secondPageStrips(measurement: Measurement): Strip[] {
  const scene = sceneOf(measurement);
  const { mask, metrics, unweighted, regions } = measurement;
  const tissue = Float32Array.from(regions[0]!.voxels, (i) => unweighted[i]!).sort();
  const white = tissue[Math.floor(0.99 * tissue.length)] || 1;
  const { voxelAt } = scene.view;
  const right = voxelAt(1, 0, 0) - voxelAt(0, 0, 0);
  const down = voxelAt(0, 1, 0) - voxelAt(0, 0, 0);
  const neighbours = [right, -right, down, -down];
  const isOutline = (voxel: number) =>
    mask[voxel] === 1 && neighbours.some((offset) => !mask[voxel + offset]);
  const shown = metrics.filter((metric) => metric.id === "AD" || metric.id === "RD");
  return [
    ...shown.map((metric) => metricStrip(scene, measurement, metric)),
    {
      caption: "Mean b = 0 image",
      rows: [
        drawMosaic(scene.view, scene.box, everySecond(scene.slices), (voxel) =>
          isOutline(voxel) ? OUTLINE : grey(unweighted[voxel]! / white),
        ),
      ],
      legend: { kind: "words", text: "outline of the mask in orange" },
    },
  ];
}
