// The main job, end to end: a company asks, an officer answers, and the company sees it.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, NARROW, open, signInAs, WIDE } from '../lib.mjs';
import { close, fillInForm, findCase, NEED, newAddress, OFFICER, OPERATOR, reply, sendEnquiry, take } from '../walks.mjs';

const ANSWER = 'Ja, skiltet kræver en tilladelse. Send os en tegning, så hjælper vi jer videre.';
const CLOSING = 'Skiltet er i orden. God fornøjelse med det.';

for (const [how, options] of [
  ['at the desk', { viewport: WIDE }],
  ['on a phone', { viewport: NARROW }],
  ['without JavaScript', { viewport: WIDE, javaScript: false }],
]) {
  journey(`a company asks and gets an answer ${how}`, options, async ({ page, another }) => {
    const check = options.javaScript !== false;
    const mail = newAddress();
    const { number, link } = await sendEnquiry(page, mail, { check });

    const officer = await another();
    await findCase(officer.page, OFFICER, number, { check });
    await take(officer.page);
    await reply(officer.page, ANSWER);
    await close(officer.page, CLOSING, { check });

    await open(page, link);
    await page.locator('.s-thread__text', { hasText: ANSWER }).waitFor();
    if (check) await accessible(page);
    await page.getByLabel(/^4 /).check();
    await page.getByRole('button', { name: 'Send vurdering' }).click();
    await page.getByText('Tak for jeres svar').waitFor();

    const operator = await another();
    await signInAs(operator.page, OPERATOR);
    await open(operator.page, '/drift/post');
    await operator.page.getByText(mail).first().waitFor();
    if (check) await accessible(operator.page);
  });
}

journey('a form with a wrong CVR number keeps what was typed and says what is wrong', { viewport: NARROW }, async ({ page, expects }) => {
  await open(page, '/henvendelse/ny');
  await page.getByLabel('Hvad kan vi hjælpe med?').fill(NEED);
  await fillInForm(page, newAddress(), '12345678');
  expects(/status of 422/);
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('Hvad kan vi hjælpe med?').inputValue(), NEED);
  await accessible(page);
});

journey('going back from the receipt after a refused form shows the form, and never the browser\'s own error page', { viewport: WIDE }, async ({ page, expects }) => {
  await open(page, '/henvendelse/ny');
  await page.getByLabel('Hvad kan vi hjælpe med?').fill(NEED);
  await fillInForm(page, newAddress(), '12345678');
  expects(/status of 422/);
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.waitForURL('**/svar/**');
  await page.locator('#cvr').fill('99000015');
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.waitForURL('**kvittering=1');
  // The refused form is asked for again, and says again that it was refused.
  expects(/status of 422/);
  await page.goBack();
  await page.waitForURL('**/svar/**');
  assert.equal(await page.getByLabel('Hvad kan vi hjælpe med?').inputValue(), NEED);
});

journey('going back to the form brings the company\'s name back too', { viewport: NARROW }, async ({ page }) => {
  await open(page, '/henvendelse/ny');
  await page.getByLabel('Hvad kan vi hjælpe med?').fill(NEED);
  await page.locator('#company').fill('Olsens Smedje');
  await page.locator('#company').press('Escape');
  await page.locator('#name').fill('Sara Lund');
  await open(page, '/vejviser');
  await page.goBack();
  assert.equal(await page.locator('#company').inputValue(), 'Olsens Smedje');
});

journey('the company finds its shop by name, and the number is filled in', { viewport: WIDE }, async ({ page }) => {
  await open(page, '/henvendelse/ny');
  await page.locator('#company').pressSequentially('smed', { delay: 40 });
  const hits = page.getByRole('listbox').getByRole('option');
  const hit = hits.first();
  await hit.waitFor();
  assert.ok((await hits.count()) <= 8, 'at most eight are offered');
  await accessible(page);
  await hit.click();
  assert.match(await page.locator('#cvr').inputValue(), /^99\d{6}$/);
});

journey('a spill is told whom to call before any form', { viewport: NARROW }, async ({ page }) => {
  await open(page, '/');
  await page.getByRole('textbox', { name: 'Hvad kan vi hjælpe jer med?' }).fill('der løber olie ud i kloakken fra vores værksted');
  await page.getByRole('button', { name: 'Find hjælp' }).click();
  await page.waitForURL('**/vejviser**');
  const main = page.locator('main');
  const call = await main.locator('a[href="tel:112"]').first().boundingBox();
  assert.ok(call, '112 is there to be called');
  const form = main.locator('a[href^="/henvendelse/ny"]').first();
  if ((await form.count()) > 0) assert.ok(call.y < (await form.boundingBox()).y, '112 stands above the way to the form');
  await accessible(page);
});
