// The main job, end to end: a company asks, an officer answers, and the company sees it.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { journey } from '../journey.mjs';
import { accessible, NARROW, open, signInAs, WIDE } from '../lib.mjs';

const NEED = 'Vi vil gerne have et skilt på facaden af vores butik. Skal vi søge om det?';
const ANSWER = 'Ja, skiltet kræver en tilladelse. Send os en tegning, så hjælper vi jer videre.';
const CLOSING = 'Skiltet er i orden. God fornøjelse med det.';
const OFFICER = /Jonas Birk/;
const OPERATOR = /Rikke Thorup/;

/** What a company fills in on `/henvendelse/ny`. The company is invented; its number lies in the range that no company has. */
async function fillInForm(page, mail, cvr = '99000015') {
  await page.locator('#company').fill('Eksempelsmedjen');
  await page.locator('#cvr').fill(cvr);
  await page.getByLabel('Jeres navn').fill('Asta Eksempel');
  await page.getByLabel('E-mail', { exact: true }).fill(mail);
}

/** From the box on the entrance to the receipt, in three screens; returns the number and the tracking link. */
async function sendEnquiry(page, mail, { check = false } = {}) {
  await open(page, '/');
  if (check) await accessible(page);
  await page.getByRole('textbox', { name: 'Hvad kan vi hjælpe jer med?' }).fill(NEED);
  await page.getByRole('button', { name: 'Find hjælp' }).click();
  await page.getByRole('heading', { level: 2, name: /skilt/i }).first().waitFor();
  if (check) await accessible(page);
  await page.locator('main a.button-primary').click();
  await page.waitForURL('**/henvendelse/ny**');
  assert.equal(await page.getByLabel('Hvad kan vi hjælpe med?').inputValue(), NEED, 'the words from the box are in the form');
  if (check) await accessible(page);
  await fillInForm(page, mail);
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.getByRole('heading', { level: 1, name: /modtaget/i }).waitFor();
  if (check) await accessible(page);
  const text = await page.locator('main').innerText();
  const number = text.match(/\b\d{4}-\d{5}\b/)?.[0];
  assert.ok(number, `the receipt shows a number: ${text}`);
  assert.match(text, /senest\s+\p{L}+dag den \d{1,2}\. \p{L}+/u, 'the receipt says until when we answer');
  return { number, link: page.url().replace(/\?.*/, '') };
}

async function act(page, id, button) {
  const action = page.locator(`details#${id}`);
  if (!(await action.evaluate((element) => element.open))) await action.locator('summary').first().click();
  return action.getByRole('button', { name: button });
}

/** The officer finds the case, takes it, replies and closes it. */
async function answerAndClose(page, number, { check = false } = {}) {
  await signInAs(page, OFFICER);
  await open(page, '/intern/indbakke?vis=ufordelt');
  if (check) await accessible(page);
  await page.locator('tr', { hasText: number }).getByRole('link').first().click();
  await page.getByText(number).first().waitFor();
  if (check) await accessible(page);
  await page.getByRole('button', { name: 'Tag henvendelsen' }).click();
  await page.getByRole('status').first().waitFor();
  const reply = await act(page, 'reply', /^send/i);
  await page.locator('#reply-text').fill(ANSWER);
  await reply.click();
  await page.locator('.s-thread__text', { hasText: ANSWER }).waitFor();
  const close = await act(page, 'close', /luk|afslut/i);
  await page.locator('#close-outcome-answered').check();
  await page.locator('#close-avoidable-no').check();
  await page.locator('#close-text').fill(CLOSING);
  if (check) await accessible(page);
  await close.click();
  await page.locator('.s-thread__text', { hasText: CLOSING }).waitFor();
}

for (const [how, options] of [
  ['at the desk', { viewport: WIDE }],
  ['on a phone', { viewport: NARROW }],
  ['without JavaScript', { viewport: WIDE, javaScript: false }],
]) {
  journey(`a company asks and gets an answer ${how}`, options, async ({ page, another }) => {
    const check = options.javaScript !== false;
    // A new address each time: the same question from the same address would be added to the enquiry that is open.
    const mail = `asta+${randomUUID().slice(0, 8)}@example.dk`;
    const { number, link } = await sendEnquiry(page, mail, { check });

    const officer = await another();
    await answerAndClose(officer.page, number, { check });

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
  await fillInForm(page, 'asta@example.dk', '12345678');
  expects(/status of 422/);
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('Hvad kan vi hjælpe med?').inputValue(), NEED);
  await accessible(page);
});
