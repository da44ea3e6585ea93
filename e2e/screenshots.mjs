// Pictures of the pages, wide and narrow, into the folder RESULTS. Arguments choose pages by name; LANGUAGE=en makes them English.

import { mkdir } from 'node:fs/promises';
import { closeBrowser, NARROW, visit, visitor, WIDE } from './lib.mjs';
import { PAGES } from './pages.mjs';

const folder = process.env.RESULTS ?? 'test-results';
await mkdir(folder, { recursive: true });

const language = process.env.LANGUAGE === 'en' ? 'en-GB' : 'da-DK';
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PAGES.some((page) => page.name === name));
if (unknown.length > 0) throw new Error(`no page is named ${unknown.join(', ')}; see pages.mjs`);

for (const wantedPage of PAGES) {
  const { name, path } = wantedPage;
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const viewport of [WIDE, NARROW]) {
    const { context, page, problems } = await visitor({ viewport, language });
    const response = await visit(page, wantedPage, language);
    await page.screenshot({ path: `${folder}/${name}-${viewport.width}.png`, fullPage: true });
    console.log(`${response?.status()} ${path} ${viewport.width} px`);
    for (const problem of problems) console.log(`    ${problem}`);
    await context.close();
  }
}
await closeBrowser();
