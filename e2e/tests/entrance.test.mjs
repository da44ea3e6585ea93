// The main job, end to end: a company asks, an officer answers, and the company sees it.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, NARROW, open, signInAs, WIDE } from '../lib.mjs';

const NEED = 'Vi vil gerne have et skilt på facaden af vores butik. Skal vi søge om det?';
const ANSWER = 'Ja, skiltet kræver en tilladelse. Send os en tegning, så hjælper vi jer videre.';
const OFFICER = /sagsbehandler/i;

/** What a company fills in on `/henvendelse/ny`. The company is invented; its number lies in the range that no company has. */
async function fillInForm(page, mail) {
  await page.getByLabel('CVR-nummer', { exact: false }).fill('99000006');
  await page.getByLabel('Jeres navn', { exact: false }).fill('Asta Eksempel');
  await page.getByLabel('E-mail', { exact: false }).fill(mail);
  await page.getByLabel('Telefon', { exact: false }).fill('00000000');
}

/** From the box on the entrance to the receipt; returns the number and the tracking link. */
async function sendEnquiry(page, mail, { check = false } = {}) {
  await open(page, '/');
  if (check) await accessible(page);
  await page.getByRole('textbox', { name: 'Hvad kan vi hjælpe jer med?' }).fill(NEED);
  await page.getByRole('button', { name: 'Find hjælp' }).click();
  await page.waitForURL('**/henvendelse/ny**');
  assert.equal(await page.getByLabel('Beskriv', { exact: false }).inputValue(), NEED, 'the words from the box are in the form');
  if (check) await accessible(page);
  await fillInForm(page, mail);
  await page.getByRole('button', { name: 'Send henvendelsen' }).click();
  const heading = page.getByRole('heading', { level: 1 });
  await heading.filter({ hasText: /modtaget/i }).waitFor();
  if (check) await accessible(page);
  const text = await page.locator('main').innerText();
  const number = text.match(/\b\d{4}-\d{4,}\b/)?.[0];
  assert.ok(number, `the receipt shows a number: ${text}`);
  assert.match(text, /senest \p{L}+dag den \d{1,2}\. \p{L}+/u, 'the receipt says until when we answer');
  const link = await page.getByRole('link', { name: /følg jeres henvendelse/i }).getAttribute('href');
  return { number, link };
}

/** The officer takes the case, replies and closes it. */
async function answerAndClose(page, number, { check = false } = {}) {
  await signInAs(page, OFFICER);
  await open(page, '/intern/indbakke');
  if (check) await accessible(page);
  await page.getByRole('link', { name: number }).click();
  if (check) await accessible(page);
  await page.getByRole('button', { name: /tag henvendelsen/i }).click();
  await page.getByLabel(/svar til virksomheden/i).fill(ANSWER);
  await page.getByRole('button', { name: /send svar/i }).click();
  await page.getByText(ANSWER).waitFor();
  await page.getByRole('link', { name: /afslut/i }).click();
  if (check) await accessible(page);
  await page.getByLabel(/udfald/i).selectOption({ index: 1 });
  await page.getByLabel(/kunne den have været undgået/i).first().check();
  await page.getByRole('button', { name: /afslut henvendelsen/i }).click();
  await page.getByText(/afsluttet/i).first().waitFor();
}

for (const [how, options] of [
  ['at the desk', { viewport: WIDE }],
  ['on a phone', { viewport: NARROW }],
  ['without JavaScript', { viewport: WIDE, javaScript: false }],
]) {
  journey(`a company asks and gets an answer ${how}`, options, async ({ page, another }) => {
    const check = options.javaScript !== false;
    const mail = `asta+${how.replaceAll(/\W+/g, '-')}@example.dk`;
    const { number, link } = await sendEnquiry(page, mail, { check });
    await open(page, link);
    await page.getByText(NEED).waitFor();
    if (check) await accessible(page);

    const officer = await another();
    await answerAndClose(officer.page, number, { check });

    await open(page, link);
    await page.getByText(ANSWER).waitFor();
    if (check) await accessible(page);

    const operator = await another();
    await signInAs(operator.page, /drift/i);
    await open(operator.page, '/drift/post');
    await operator.page.getByText(mail).first().waitFor();
    if (check) await accessible(operator.page);
  });
}

journey('a form with a wrong CVR number keeps what was typed and says what is wrong', { viewport: NARROW }, async ({ page, expects }) => {
  await open(page, '/henvendelse/ny');
  await page.getByLabel('Beskriv', { exact: false }).fill(NEED);
  await fillInForm(page, 'asta@example.dk');
  await page.getByLabel('CVR-nummer', { exact: false }).fill('12345678');
  expects(/status of 422/);
  await page.getByRole('button', { name: 'Send henvendelsen' }).click();
  await page.getByRole('alert').waitFor();
  assert.equal(await page.getByLabel('Beskriv', { exact: false }).inputValue(), NEED);
  await accessible(page);
});
