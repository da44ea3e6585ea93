// The harness itself, on a page with faults: a check that overlooks them would let every journey pass.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, test } from 'node:test';
import { accessible, closeBrowser, fits, NARROW, visitor } from '../lib.mjs';

after(closeBrowser);

const page = (body) => `<!doctype html><html lang="da"><head><title>Prøve</title><link rel="icon" href="data:,"></head>
<body><main><h1>Prøve</h1>${body}</main></body></html>`;

const PAGES = {
  '/inline-script': page('<script>document.title = "x"</script>'),
  '/no-alternative-text': page('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">'),
  '/wide': page('<pre>Erhvervsvirksomhedsbeskæftigelsesindsatskoordinatorerhvervsvirksomhed</pre>'),
  '/missing-picture': page('<img alt="" src="/gone.png">'),
};

async function atFaultyTown(path, look) {
  const server = http.createServer((request, response) => {
    response.statusCode = PAGES[request.url] ? 200 : 404;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', "default-src 'self'; img-src 'self' data:");
    response.end(PAGES[request.url] ?? '');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  const one = await visitor({ viewport: NARROW, base });
  try {
    await one.page.goto(path);
    await look(one);
  } finally {
    await one.context.close();
    server.closeAllConnections();
    server.close();
  }
}

test('a script that the policy blocks is a problem', () =>
  atFaultyTown('/inline-script', async ({ leave }) => {
    await assert.rejects(leave(), /Content Security Policy/);
  }));

test('a picture that is not there is a problem', () =>
  atFaultyTown('/missing-picture', async ({ leave }) => {
    await assert.rejects(leave(), /status of 404/);
  }));

test('a picture without alternative text is a violation', () =>
  atFaultyTown('/no-alternative-text', async ({ page }) => {
    await assert.rejects(accessible(page), /image-alt/);
  }));

test('a page that is wider than the phone is found', () =>
  atFaultyTown('/wide', async ({ page }) => {
    await assert.rejects(fits(page), /wider than 320 px/);
  }));

test('an expected problem that does not come is a problem', () =>
  atFaultyTown('/wide', async ({ expects, leave }) => {
    expects(/status of 422/);
    await assert.rejects(leave(), /did not come/);
  }));
