// Walks that several journeys begin with: a company sends an enquiry, an officer finds it and acts on it.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { accessible, open, signInAs } from './lib.mjs';

export const NEED = 'Vi vil gerne have et skilt på facaden af vores butik. Skal vi søge om det?';

/** The demo's people, by the name on their button. */
export const OFFICER = /Jonas Birk/;
/** In the same team as the officer. */
export const COLLEAGUE = /Line Sandager/;
export const ENVIRONMENT_OFFICER = /Amina Rask/;
export const CONSULTANT = /Mette Holm/;
export const MANAGER = /Kirsten Lindqvist/;
export const OPERATOR = /Rikke Thorup/;

/** An address that has not asked before: the same question from the same address would be added to the enquiry that is open. */
export function newAddress() {
  return `asta+${randomUUID().slice(0, 8)}@example.dk`;
}

/** What a company fills in on `/henvendelse/ny`. The company is invented; its number lies in the range that no company has. */
export async function fillInForm(page, mail, cvr = '99000015') {
  await page.locator('#company').fill('Eksempelsmedjen');
  await page.locator('#cvr').fill(cvr);
  await page.getByLabel('Jeres navn').fill('Asta Eksempel');
  await page.getByLabel('E-mail', { exact: true }).fill(mail);
}

/** From the box on the entrance to the receipt, in three screens; returns the number and the tracking link. */
export async function sendEnquiry(page, mail, { check = false, need = NEED } = {}) {
  await open(page, '/');
  if (check) await accessible(page);
  await page.getByRole('textbox', { name: 'Hvad kan vi hjælpe jer med?' }).fill(need);
  await page.getByRole('button', { name: 'Find hjælp' }).click();
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForURL('**/vejviser**');
  if (check) await accessible(page);
  await page.locator('main a.button-primary').first().click();
  await page.waitForURL('**/henvendelse/ny**');
  assert.equal(await page.getByLabel('Hvad kan vi hjælpe med?').inputValue(), need, 'the words from the box are in the form');
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

/** What stands in the newest mail to an address whose subject matches, as the demo's captured mailbox shows it. */
export async function newestMail(another, mail, subject) {
  const operator = await another({ javaScript: true });
  await signInAs(operator.page, OPERATOR);
  for (let tries = 0; tries < 20; tries += 1) {
    await open(operator.page, '/drift/post');
    const row = operator.page.locator('main tr, main li', { hasText: mail }).filter({ hasText: subject }).first();
    if ((await row.count()) > 0) {
      await row.getByRole('link').first().click();
      return operator.page.content();
    }
    await operator.page.waitForTimeout(500);
  }
  throw new Error(`no mail to ${mail} about ${subject}`);
}

/** The path of the link that the newest such mail holds. */
export async function mailedLink(another, mail, subject) {
  const link = (await newestMail(another, mail, subject)).match(/\/adgang\/[a-z2-7]{26}/)?.[0];
  assert.ok(link, `the mail to ${mail} holds a link`);
  return link;
}

/** Signs in and opens the case from one of the inbox's lists. */
export async function findCase(page, person, number, { list = 'ufordelt', check = false } = {}) {
  await signInAs(page, person);
  await open(page, `/intern/indbakke?vis=${list}`);
  if (check) await accessible(page);
  await page.locator('tr', { hasText: number }).getByRole('link').first().click();
  await page.getByText(number).first().waitFor();
  if (check) await accessible(page);
}

/** Opens the action `id` on a case and gives its body. */
export async function unfold(page, id) {
  const action = page.locator(`details#${id}`);
  if (!(await action.evaluate((element) => element.open))) await action.locator('summary').first().click();
  return action;
}

/** Takes the case with the button on top. */
export async function take(page) {
  await page.getByRole('button', { name: 'Tag henvendelsen' }).click();
  await page.getByRole('status').first().waitFor();
}

/** Replies with `text` and waits until it stands in the conversation. */
export async function reply(page, text) {
  const action = await unfold(page, 'reply');
  await page.locator('#reply-text').fill(text);
  await action.getByRole('button', { name: 'Send svaret' }).click();
  await page.locator('.s-thread__text', { hasText: text }).waitFor();
}

/** Closes the case as answered. */
export async function close(page, text, { check = false } = {}) {
  const action = await unfold(page, 'close');
  await page.locator('#close-outcome-answered').check();
  await page.locator('#close-avoidable-no').check();
  await page.locator('#close-text').fill(text);
  if (check) await accessible(page);
  await action.getByRole('button', { name: /luk|afslut/i }).click();
  await page.locator('.s-thread__text', { hasText: text }).waitFor();
}
