// Whoever operates the town gives up a job that can only fail, knowing why it failed.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, open, signInAs, WIDE } from '../lib.mjs';
import { OPERATOR } from '../walks.mjs';

journey('the operator discards a job that was given up, and reads the reason first', { viewport: WIDE }, async ({ page }) => {
  await signInAs(page, OPERATOR);
  await open(page, '/drift');
  assert.equal(await page.getByRole('search').count(), 0, 'no search is offered to whom it would answer that it is not theirs');
  const dead = page.locator('a[href^="/drift/job/"]');
  const before = await dead.count();
  assert.ok(before > 0, 'the demo has jobs that nobody can do');
  await accessible(page);
  const path = await dead.first().getAttribute('href');
  await dead.first().click();
  await page.waitForURL(`**${path}`);
  const facts = await page.locator('dl.s-facts').innerText();
  assert.match(facts, /no-such-link/, 'the reason stands there, with its code');
  await accessible(page);
  await page.getByRole('link', { name: /behold|fortryd/i }).click();
  await page.waitForURL('**/drift');
  await open(page, path);
  await page.locator('main form button.button-primary').click();
  await page.getByRole('status').first().waitFor();
  assert.equal(await page.locator(`a[href="${path}"]`).count(), 0, 'it is gone');
  assert.equal(await dead.count(), before - 1, 'the others are still there');
  await accessible(page);
});
