// Builds the stylesheet, the script, the fonts and the icon sprite of Samspil into dist/.
// Run as `npm ci && node build.mjs`. It must not know any municipality: the accent colours
// in the stylesheet are markers (markers.json) that the program replaces when it starts.

import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const dkfds = join(here, "node_modules/dkfds/src");
const fonts = join(dkfds, "fonts/IBMPlexSans/split/woff2");
const browsers = ["chrome109", "edge109", "firefox115", "safari15.6"];

const markers = JSON.parse(await readFile(join(here, "markers.json"), "utf8"));

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await buildStyles();
await buildScript();
await buildIcons();
await writeFile(join(dist, "markers.json"), JSON.stringify(markers, null, 2) + "\n");
await copyFile(join(dkfds, "../LICENSE.md"), join(dist, "third-party-licences.md"));
await copyFile(join(here, "images/favicon.svg"), join(dist, "favicon.svg"));
await checkMarkers();
await printSizes();

/** SCSS to one stylesheet; small DKFDS icons become data URIs, fonts become hashed files. */
async function buildStyles() {
  const variables = Object.entries(markers).map(([role, { marker }]) => `$${role}: ${marker};`);
  const compiled = sass.compile(join(here, "css/samspil.scss"), {
    loadPaths: [join(here, "css"), join(here, "node_modules")],
    quietDeps: true,
    importers: [
      {
        canonicalize: (url) => (url === "samspil:markers" ? new URL(url) : null),
        load: () => ({ contents: variables.join("\n"), syntax: "scss" }),
      },
    ],
  });
  await esbuild.build({
    stdin: { contents: compiled.css, loader: "css", resolveDir: here, sourcefile: "samspil.css" },
    outfile: join(dist, "samspil.css"),
    bundle: true,
    minify: true,
    target: browsers,
    legalComments: "none",
    loader: { ".svg": "dataurl", ".woff2": "file" },
    assetNames: "fonts/[name]-[hash]",
    plugins: [
      {
        name: "dkfds-files",
        setup(build) {
          build.onResolve({ filter: /^icon:/ }, ({ path }) => ({ path: join(dkfds, "img/svg-icons", path.slice(5)) }));
          build.onResolve({ filter: /^font:/ }, ({ path }) => ({ path: join(fonts, path.slice(5)) }));
        },
      },
    ],
  });
}

/** Our own script as one classic file; it only makes quicker what already works. */
async function buildScript() {
  await esbuild.build({
    entryPoints: [join(here, "js/samspil.js")],
    outfile: join(dist, "samspil.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: browsers,
    legalComments: "none",
  });
}

/** One sprite: the DKFDS icons named in icons/dkfds.txt and our own drawings beside it. */
async function buildIcons() {
  const named = (await readFile(join(here, "icons/dkfds.txt"), "utf8")).split("\n").map((line) => line.trim());
  const files = named.filter((name) => name && !name.startsWith("#")).map((name) => [name, join(dkfds, "img/svg-icons", `${name}.svg`)]);
  for (const file of (await readdir(join(here, "icons"))).sort()) {
    if (file.endsWith(".svg")) files.push([file.slice(0, -4), join(here, "icons", file)]);
  }
  const symbols = [];
  for (const [name, file] of files) {
    const svg = await readFile(file, "utf8");
    const parts = svg.match(/<svg[^>]*viewBox="([^"]+)"[^>]*>([\s\S]*)<\/svg>/);
    if (!parts) throw new Error(`${file} has no viewBox`);
    symbols.push(`<symbol id="${name}" viewBox="${parts[1]}">${parts[2].trim()}</symbol>`);
  }
  await writeFile(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

/** A colour that is written out instead of its marker would not follow the municipality. */
async function checkMarkers() {
  const css = await readFile(join(dist, "samspil.css"), "utf8");
  for (const [role, { marker, default: shade }] of Object.entries(markers)) {
    if (!css.includes(marker)) throw new Error(`the stylesheet never uses ${role} (${marker})`);
    if (role !== "on-accent" && css.includes(shade)) throw new Error(`${shade} is written out, use the marker of ${role}`);
  }
  if (/url\(["']?(https?:)?\/\//.test(css)) throw new Error("the stylesheet must not load anything from elsewhere");
}

async function printSizes() {
  const names = (await readdir(dist, { recursive: true })).filter((name) => /\.\w+$/.test(name)).sort();
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
  console.log("".padEnd(52) + "raw".padStart(10) + "gzip".padStart(10) + "brotli".padStart(10));
  for (const name of names) {
    const bytes = await readFile(join(dist, name));
    console.log(name.padEnd(52) + kilobytes(bytes.length) + kilobytes(gzipSync(bytes, { level: 9 }).length) + kilobytes(brotliCompressSync(bytes).length));
  }
}
