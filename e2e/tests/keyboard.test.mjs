// By keyboard alone: a company sends an enquiry, and an officer finds and opens it, without a pointer.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { open, signInAs, WIDE } from '../lib.mjs';
import { newAddress } from '../walks.mjs';

/** Presses Tab until the focus is where `selector` says; fails when it cannot be reached. */
async function tabTo(page, selector) {
  for (let pressed = 0; pressed < 80; pressed += 1) {
    const isThere = await page.evaluate((wanted) => globalThis.document.activeElement?.matches(wanted) ?? false, selector);
    if (isThere) {
      const outline = await page.evaluate(() => {
        const style = globalThis.getComputedStyle(globalThis.document.activeElement);
        return style.outlineStyle !== 'none' || style.boxShadow !== 'none' || style.borderWidth !== '0px';
      });
      assert.ok(outline, `${selector} shows that it has the focus`);
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`${selector} cannot be reached by Tab`);
}

journey('a company sends an enquiry by keyboard alone', { viewport: WIDE }, async ({ page }) => {
  await open(page, '/');
  await tabTo(page, '#q');
  await page.keyboard.type('Hvordan kommer vi af med vores erhvervsaffald?');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/vejviser**');
  await tabTo(page, 'main a.button-primary');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/henvendelse/ny**');
  await tabTo(page, '#company');
  await page.keyboard.type('Eksempelbageriet');
  await page.keyboard.press('Escape');
  await tabTo(page, '#name');
  await page.keyboard.type('Bo Eksempel');
  await tabTo(page, '#email');
  await page.keyboard.type(newAddress());
  await tabTo(page, 'main button.button-primary');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /modtaget/i }).waitFor();
});

journey('the first Tab skips to the content', { viewport: WIDE }, async ({ page }) => {
  await open(page, '/vejviser');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => globalThis.document.activeElement?.id), 'main');
});

journey('an officer walks the inbox with j and opens a case with enter', { viewport: WIDE }, async ({ page }) => {
  await signInAs(page, /Mette Holm/);
  await open(page, '/intern/indbakke');
  await page.locator('tr[data-row]').first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/intern/henvendelser/**');
  await page.getByRole('heading', { level: 1 }).waitFor();
});
