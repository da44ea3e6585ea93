// Finding companies, and the numbers: the consultant's search, the manager's figures, the public policy page, and the way down to the lines.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, open, signInAs, WIDE } from '../lib.mjs';
import { CONSULTANT, MANAGER, OPERATOR } from '../walks.mjs';

journey('the consultant finds a company while typing, and its page shows where every fact is from', { viewport: WIDE }, async ({ page }) => {
  await signInAs(page, CONSULTANT);
  await open(page, '/intern/virksomheder');
  await page.locator('#q').pressSequentially('smed', { delay: 40 });
  const hit = page.locator('#hits a[href^="/intern/virksomheder/99"]').first();
  await hit.waitFor();
  await accessible(page);
  await hit.click();
  await page.waitForURL('**/intern/virksomheder/99*');
  const text = await page.locator('main').innerText();
  assert.match(text, /Kilde: CVR/);
  await accessible(page);
});

journey('a manager goes from a number to its cases', { viewport: WIDE }, async ({ page }) => {
  await signInAs(page, MANAGER);
  await open(page, '/intern/tal');
  await accessible(page);
  const cell = page.locator('main table td a').first();
  await cell.click();
  await page.waitForURL('**/intern/tal/**');
  const cases = page.locator('main a[href^="/intern/henvendelser/"]');
  assert.ok((await cases.count()) > 0, 'behind the number are cases');
  await accessible(page);
});

journey('anyone reads the policy and how a number is made', { viewport: WIDE }, async ({ page }) => {
  await open(page, '/politik');
  const text = await page.locator('main').innerText();
  for (const fact of ['21.562', '3.352', '13.336', '86,5']) assert.ok(text.includes(fact), `the page holds ${fact}`);
  await page.locator('main a[href^="/politik/"]:not([href*="."])').first().click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await accessible(page);
});

journey('the operator sees jobs and seals, and no recipient', { viewport: WIDE }, async ({ page }) => {
  await signInAs(page, OPERATOR);
  await open(page, '/drift');
  const text = await page.locator('main').innerText();
  assert.doesNotMatch(text, /@/, 'no address stands on the page');
  await accessible(page);
});
