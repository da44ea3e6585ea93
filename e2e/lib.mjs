// A real browser, fresh visitors, and nothing overlooked. Knows no test runner; tests begin in journey.mjs.
// Content-Security-Policy is never bypassed; any error in the console, on the page or on the wire fails the test.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

/** Where the town is. `cargo xtask test` makes one and says where; by hand it is the running demo. */
export const BASE = process.env.BASE_URL ?? 'http://127.0.0.1:8165';

/** A desk and the narrowest phone that WCAG 1.4.10 asks for, in CSS pixels. */
export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 320, height: 640 };

/** How long one step may take. The pages promise far less; a busy machine builds beside us. */
const STEP_MS_MAX = 15_000;

/** WCAG 2.2 AA, level by level. */
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let launched;

/** One browser for the whole file. */
export function browser() {
  launched ??= chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // No sandbox: tests run as root in CI. The rest keeps the browser from calling home.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return launched;
}

/** Closes the browser. */
export async function closeBrowser() {
  await (await launched)?.close();
  launched = undefined;
}

/**
 * An address that nobody else comes from, as a proxy would tell it; the demo believes it when served with
 * `--trusted-proxy 127.0.0.1`. Out of 198.18.0.0/15, which is for tests (RFC 2544) and routed nowhere.
 */
function ownAddress() {
  return `198.${18 + randomInt(2)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

/**
 * A new visitor: nothing in the cookie jar, an address of its own, every problem noted.
 * @param {{viewport?: object, javaScript?: boolean, language?: string, base?: string, beside?: string[]}} options
 *   `beside`: origins outside the town that the visitor is led to, such as a provider of identities
 */
export async function visitor({ viewport = WIDE, javaScript = true, language = 'da-DK', base = BASE, beside = [] } = {}) {
  const context = await (await browser()).newContext({
    baseURL: base,
    viewport,
    javaScriptEnabled: javaScript,
    locale: language,
    timezoneId: 'Europe/Copenhagen',
    bypassCSP: false,
    serviceWorkers: 'block',
    extraHTTPHeaders: { 'x-forwarded-for': ownAddress() },
  });
  context.setDefaultTimeout(STEP_MS_MAX);
  const problems = [];
  const expected = [];
  const note = (text) => {
    const index = expected.findIndex((pattern) => pattern.test(text));
    if (index >= 0) expected.splice(index, 1);
    else problems.push(text);
  };
  context.on('page', (page) => {
    page.on('console', (message) => {
      if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => note(`page: ${error.stack ?? error}`));
    page.on('requestfailed', (request) => {
      // A navigation that replaces another ends the first one's requests; that is no fault.
      const why = request.failure()?.errorText ?? '';
      if (why !== 'net::ERR_ABORTED') note(`request: ${request.method()} ${request.url()} ${why}`);
    });
    page.on('request', (request) => {
      const { origin } = new URL(request.url());
      if (origin !== new URL(base).origin && !beside.includes(origin) && !request.url().startsWith('data:') && !request.url().startsWith('blob:')) {
        note(`request: ${request.url()} leaves the town`);
      }
    });
  });
  return {
    context,
    page: await context.newPage(),
    problems,
    /** The next problem that matches is what the test is about, such as a refused form's 422. */
    expects: (pattern) => expected.push(pattern),
    async leave() {
      await context.close();
      assert.deepEqual(problems, [], 'problems that a visitor would not see and we must not leave');
      assert.deepEqual(expected, [], 'a problem was expected and did not come');
    },
  };
}

/**
 * No violation of WCAG 2.2 AA, and nothing to scroll sideways for.
 * axe is handed to the page through the debugger, so that the page's own CSP stays in force. Needs JavaScript.
 */
export async function accessible(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(
    (tags) => globalThis.axe.run(globalThis.document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }),
    WCAG,
  );
  const found = violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${violation.help}\n    ${node.html}\n    ${node.failureSummary?.replaceAll('\n', '\n    ')}`),
  );
  assert.deepEqual(found, [], `accessibility of ${page.url()}`);
  await fits(page);
}

/** Nothing is wider than the window: one scrolls down, never sideways (WCAG 1.4.10). */
export async function fits(page) {
  const wider = await page.evaluate(() => {
    const root = globalThis.document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const reaches = (element) => element.getBoundingClientRect().left + Math.max(element.scrollWidth, element.offsetWidth);
    const guilty = [...globalThis.document.body.querySelectorAll('*')].filter((element) => reaches(element) > root.clientWidth + 1);
    return [`${root.scrollWidth} px wide`, ...guilty.slice(-5).map((element) => element.outerHTML.slice(0, 160))];
  });
  assert.deepEqual(wider, [], `${page.url()} is wider than ${page.viewportSize().width} px`);
}

/** Signs in by the demo's one click, by the person's name or title as it stands on the button. */
export async function signInAs(page, person) {
  await page.goto('/log-ind');
  await page.getByRole('button', { name: person }).first().click();
  await page.waitForURL((url) => !url.pathname.startsWith('/log-ind'));
}

/** Opens a page that must be there. */
export async function open(page, path) {
  const response = await page.goto(path);
  assert.ok(response?.ok(), `${path} answers ${response?.status()}`);
  return response;
}

/** Opens one page of pages.mjs, as the person it names, and on from there as it says; gives the last page's answer. */
export async function visit(page, { path, as, follow, then }, language = 'da-DK') {
  // Staff have a language of their own, as the browser's is not always theirs; who has chosen one has that.
  if (language !== 'da-DK') await page.goto(`/sprog/${language.slice(0, 2)}`);
  if (as) await signInAs(page, as);
  let last;
  page.on('response', (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) last = response;
  });
  await page.goto(path);
  if (follow) await page.goto(await page.locator(follow).first().getAttribute('href'));
  await then?.(page);
  return last;
}
