// In English, with files: nothing is lost when the form is refused, and nothing is shown in Danish.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, NARROW, open, WIDE } from '../lib.mjs';
import { mailedLink, newAddress } from '../walks.mjs';

const PDF = { name: 'drawing.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n') };

journey('a foreign company asks in English and its file survives a refused form', { viewport: NARROW, language: 'en-GB' }, async ({ page, expects }) => {
  await open(page, '/');
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await page.getByRole('textbox', { name: 'What can we help you with?' }).fill('Where can we rent a warehouse?');
  await page.getByRole('button', { name: 'Find help' }).click();
  await page.locator('main a.button-primary').click();
  await page.waitForURL('**/henvendelse/ny**');
  await page.getByLabel('A company from another country', { exact: true }).check();
  await page.locator('#company').fill('Example Logistics GmbH');
  await page.locator('#name').fill('Kim Example');
  await page.locator('#email').fill(newAddress());
  await page.locator('#files').setInputFiles(PDF);
  expects(/status of 422/);
  await page.getByRole('button', { name: 'Send enquiry' }).click();
  await page.getByRole('alert').waitFor();
  await accessible(page);
  await page.getByText('drawing.pdf').waitFor();
  await page.locator('#country').fill('Germany');
  await page.getByRole('button', { name: 'Send enquiry' }).click();
  await page.getByRole('heading', { level: 1, name: /received/i }).waitFor();
  await accessible(page);
  await page.getByRole('link', { name: 'drawing.pdf' }).waitFor();
});

journey('whoever asks for a link in English gets a mail in English', { viewport: NARROW, language: 'en-GB' }, async ({ page, another }) => {
  const mail = newAddress();
  await open(page, '/log-ind');
  await page.locator('#contact_email').fill(mail);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  await page.getByRole('heading', { level: 1, name: /inbox/i }).waitFor();
  await open(page, await mailedLink((more) => another({ ...more, language: 'da-DK' }), mail, /Your link to/));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/virksomhed');
  await accessible(page);
});

journey('the language can be changed and is remembered', { viewport: WIDE }, async ({ page }) => {
  await open(page, '/vejviser');
  await page.getByRole('link', { name: 'English' }).click();
  await page.getByRole('heading', { level: 1, name: 'Ask us' }).waitFor();
  await open(page, '/');
  await page.getByRole('heading', { name: 'What can we help you with?' }).waitFor();
});

for (const javaScript of [true, false]) {
  journey(`what was typed is there in the other language too, ${javaScript ? 'with' : 'without'} JavaScript`, { viewport: WIDE, javaScript }, async ({ page, expects }) => {
    const mail = newAddress();
    await open(page, '/henvendelse/ny?emne=signage');
    await page.locator('#text').fill('Må der stå et skilt ved vejen?');
    await page.locator('#company').fill('Eksempelsmedjen');
    await page.locator('#email').fill(mail);
    await page.locator('#files').setInputFiles(PDF);
    expects(/status of 422/);
    await page.getByRole('button', { name: 'Send henvendelse' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Write to us' }).waitFor();
    assert.equal(await page.locator('#text').inputValue(), 'Må der stå et skilt ved vejen?');
    assert.equal(await page.locator('#emne').inputValue(), 'signage');
    await page.getByText('drawing.pdf').waitFor();
    await page.locator('#name').fill('Asta Eksempel');
    await page.getByRole('button', { name: 'Send enquiry' }).click();
    await page.getByRole('heading', { level: 1, name: /received/i }).waitFor();
  });
}
