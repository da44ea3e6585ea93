// The one box on another web site: a static server of another origin, in a real browser, with and without JavaScript.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { BASE, accessible, browser, closeBrowser, visitor } from '../lib.mjs';

let server;
let elsewhere;
let html;

before(async () => {
  const reader = await visitor();
  await reader.page.goto('/indlejring');
  html = await reader.page.locator('#html-da').inputValue();
  // The demo's links begin where it listens; what is copied leads there.
  html = html.replace(/action="[^"]*\/vejviser"/, `action="${BASE}/vejviser"`);
  await reader.leave();
  server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="da"><head><title>Kommunen</title></head><body><main><h1>Erhverv</h1>${html}</main></body></html>`);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  elsewhere = `http://localhost:${server.address().port}`;
});

after(async () => {
  server?.close();
  await closeBrowser();
});

for (const javaScript of [true, false]) {
  test(`a company begins on another site and finds its topic without a cookie, ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
    const context = await (await browser()).newContext({ javaScriptEnabled: javaScript, locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(elsewhere);
    if (javaScript) await accessible(page);
    await page.getByLabel('Hvad kan vi hjælpe jer med?').fill('må vi sætte et skilt op på facaden');
    await page.getByRole('button', { name: 'Find hjælp' }).click();
    await page.waitForURL((url) => url.origin === new URL(BASE).origin && url.pathname === '/vejviser');
    const main = await page.locator('main').innerText();
    assert.match(main, /Skilte/, 'in the language of the box, whatever the browser prefers');
    assert.deepEqual(await context.cookies(), [], 'nothing is kept before something is sent');
    await context.close();
  });
}

test('another site reads the feed, and nothing else', async () => {
  const context = await (await browser()).newContext();
  const page = await context.newPage();
  await page.goto(elsewhere);
  const read = (path) =>
    page.evaluate(async (url) => {
      try {
        return await (await fetch(url)).text();
      } catch {
        return 'refused';
      }
    }, `${BASE}${path}`);
  const feed = JSON.parse(await read('/data/vejviser.json'));
  assert.ok(feed.topics.length > 20 && feed.acute[0].da.number === '112');
  assert.equal(await read('/vejviser?emne=signage'), 'refused');
  assert.deepEqual(await context.cookies(), []);
  await context.close();
});
