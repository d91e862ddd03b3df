// Builds every vendored browser file. Run by `make assets`; the results are committed.
//
//   plotly-entry.js  -> assets/vendor/plotly-quxiang.min.js, on every page
//   plotly-maps.js   -> assets/vendor/plotly-maps.min.js, asked for by the first chart that needs it
//   bootstrap        -> assets/10-bootstrap.min.css
//   bootstrap-icons  -> assets/icons/*.svg, and all icons (also our own) -> assets/15-icons.css
//   axe-core         -> tests/browser/vendor/axe.min.js
//   licences of all of them -> LICENSES.txt beside the files

import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import * as esbuild from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const modules = path.join(here, 'node_modules');
const assets = path.join(root, 'assets');
const vendor = path.join(assets, 'vendor');
const testVendor = path.join(root, 'tests', 'browser', 'vendor');

// Only these are copied; the mark and any icon drawn by ourselves live in assets/icons already.
const ICONS = [
  'arrow-repeat', 'award', 'bar-chart-steps', 'box-arrow-right', 'calendar3', 'check-circle',
  'chevron-down', 'clipboard-check', 'clock-history', 'download', 'exclamation-triangle',
  'eye-slash', 'file-earmark-check', 'flag', 'funnel', 'gear', 'grid-1x2', 'hourglass-split',
  'image', 'inbox', 'info-circle', 'link-45deg', 'list', 'lock', 'mortarboard', 'person',
  'pie-chart', 'plus-square', 'printer', 'search', 'shield-check', 'signpost-split',
  'slash-circle', 'table', 'translate', 'wifi-off', 'x-lg',
];

async function packageInfo(name) {
  return JSON.parse(await readFile(path.join(modules, name, 'package.json'), 'utf8'));
}

async function licenceText(name) {
  const info = await packageInfo(name);
  const files = await readdir(path.join(modules, name));
  const file = files.find((each) => /^licen[cs]e(\.(md|txt|mit))?$/i.test(each));
  const text = file ? (await readFile(path.join(modules, name, file), 'utf8')).trim() : '';
  const kind = typeof info.license === 'string' ? info.license : info.license?.type;
  return `${name} ${info.version} (${kind ?? 'see text'})\n\n${text || '(the package carries no licence file; the licence named above is from its package.json)'}`;
}

async function writeLicences(folder, names, preface) {
  const rule = `\n\n${'-'.repeat(78)}\n\n`;
  const texts = await Promise.all([...names].sort().map(licenceText));
  const all = [preface, ...texts].join(rule).replace(/\r\n?/g, '\n').replace(/[ \t]+$/gm, '');
  await writeFile(path.join(folder, 'LICENSES.txt'), `${all}\n`);
}

function packagesOf(metafile) {
  const names = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) names.add(match[1]);
  }
  return names;
}

async function bundle(entry, outfile, options) {
  const { metafile } = await esbuild.build({
    absWorkingDir: here,
    entryPoints: [entry],
    outfile: path.join(vendor, outfile),
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2018',
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    loader: { '.css': 'empty' },
    ...options,
    define: { global: 'window', 'define.amd': 'false', ...options.define },
  });
  return metafile;
}

// A module that the first bundle has is taken from it: two copies would not know of each other.
function sharing(first, shared) {
  return {
    name: 'sharing',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path: wanted, pluginData, ...args }) => {
        if (pluginData === sharing || args.kind === 'entry-point') return undefined;
        const found = await build.resolve(wanted, { ...args, pluginData: sharing });
        const name = path.relative(here, found.path).split(path.sep).join('/');
        if (!first.has(name)) return found;
        shared.add(name);
        return { path: name, namespace: 'shared' };
      });
      build.onLoad({ filter: /.*/, namespace: 'shared' }, ({ path: name }) => ({
        contents: `module.exports = window.PlotlyShared[${JSON.stringify(name)}];`,
      }));
    },
  };
}

// The names of the shared modules in the first bundle, for the entry to hand them over.
function sharedModules(shared) {
  const lines = [...shared].sort().map((name) => `${JSON.stringify(name)}: require(${JSON.stringify(`./${name}`)}),`);
  return {
    name: 'shared-modules',
    setup(build) {
      build.onResolve({ filter: /^shared-modules$/ }, (args) => ({ path: args.path, namespace: 'shared-modules' }));
      build.onLoad({ filter: /.*/, namespace: 'shared-modules' }, () => ({
        contents: `module.exports = {${lines.join('\n')}};`,
        resolveDir: here,
      }));
    },
  };
}

async function buildPlotly() {
  const { version } = await packageInfo('plotly.js');
  const banner = { js: `/*! plotly.js ${version}, selected traces, MIT licence; see LICENSES.txt */` };
  const main = (shared, address) => bundle('plotly-entry.js', 'plotly-quxiang.min.js', {
    globalName: 'Plotly',
    banner,
    define: { PLOTLY_MAPS: JSON.stringify(address) },
    plugins: [sharedModules(shared)],
  });
  const shared = new Set();
  const first = await main(shared, '');
  const maps = await bundle('plotly-maps.js', 'plotly-maps.min.js', {
    banner,
    plugins: [sharing(new Set(Object.keys(first.inputs)), shared)],
  });
  const content = await readFile(path.join(vendor, 'plotly-maps.min.js'));
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  await main(shared, `/assets/vendor/plotly-maps.min.js?m=${digest}`);
  return new Set([...packagesOf(first), ...packagesOf(maps)]);
}

async function copyBootstrap() {
  const source = path.join(modules, 'bootstrap', 'dist', 'css', 'bootstrap.min.css');
  const css = (await readFile(source, 'utf8')).replace(/\s*\/\*# sourceMappingURL=.*?\*\/\s*$/, '\n');
  await writeFile(path.join(assets, '10-bootstrap.min.css'), css);
}

function iconRule(name, svg) {
  const compact = svg
    .replace(/<\?xml.*?\?>|<!--.*?-->/gs, '')
    .replace(/\s+/g, ' ')
    .replace(/> </g, '><')
    .replace(/ (?:class|fill)="(?:bi[^"]*|currentColor)"/g, '')
    .trim()
    .replace(/"/g, "'")
    .replace(/[#%<>]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return `.qx-icon--${name}{--qx-icon:url("data:image/svg+xml,${compact}")}`;
}

async function buildIcons() {
  const folder = path.join(assets, 'icons');
  await mkdir(folder, { recursive: true });
  for (const name of ICONS) {
    await copyFile(path.join(modules, 'bootstrap-icons', 'icons', `${name}.svg`), path.join(folder, `${name}.svg`));
  }
  const files = (await readdir(folder)).filter((each) => each.endsWith('.svg')).sort();
  const rules = await Promise.all(
    files.map(async (file) => iconRule(path.basename(file, '.svg'), await readFile(path.join(folder, file), 'utf8'))),
  );
  const head = '/* Made from assets/icons by `make assets`; bootstrap-icons are MIT, see icons/LICENSES.txt. */';
  await writeFile(path.join(assets, '15-icons.css'), `${[head, ...rules].join('\n')}\n`);
  await writeLicences(folder, ['bootstrap-icons'], 'The icons listed in assets-src/build.mjs are from bootstrap-icons; the mark is our own.');
}

async function copyAxe() {
  await mkdir(testVendor, { recursive: true });
  await copyFile(path.join(modules, 'axe-core', 'axe.min.js'), path.join(testVendor, 'axe.min.js'));
  await writeLicences(testVendor, ['axe-core'], 'axe.min.js is axe-core, unchanged; used by the browser tests only, never served.');
}

await mkdir(vendor, { recursive: true });
const packages = new Set([...(await buildPlotly()), 'bootstrap']);
await copyBootstrap();
await buildIcons();
await copyAxe();
await writeLicences(vendor, packages, 'Licences of the packages inside the files of this folder and of ../10-bootstrap.min.css.');
