// A company's own page: the link comes by mail, everything the contact sent is there, and a link in wrong hands is replaced.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, fits, NARROW, open, signInAs, WIDE } from '../lib.mjs';
import { newAddress, OPERATOR, sendEnquiry } from '../walks.mjs';

/** The newest mail to an address, as the demo's captured mailbox shows it. */
async function newestMail(another, mail, subject) {
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

for (const [how, options] of [
  ['at the desk', { viewport: WIDE }],
  ['on a phone without JavaScript', { viewport: NARROW, javaScript: false }],
]) {
  journey(`a contact signs in by a link and sees what it sent ${how}`, options, async ({ page, another, expects }) => {
    const check = options.javaScript !== false;
    const mail = newAddress();
    const { number, link } = await sendEnquiry(page, mail);

    await open(page, '/virksomhed');
    if (check) await accessible(page);
    await page.getByLabel('Den e-mail, I skrev fra').fill(mail);
    await page.getByRole('button', { name: 'Send mig et link' }).click();
    const token = (await newestMail(another, mail, /link/i)).match(/adgang\/([a-z2-7]{26})/)?.[1];
    assert.ok(token, 'the mail holds the link');
    await open(page, `/adgang/${token}`);
    await page.locator('main').getByRole('button').click();
    await page.waitForURL('**/virksomhed');
    await page.getByRole('heading', { level: 1, name: 'Jeres henvendelser' }).waitFor();
    assert.match(await page.locator('main').innerText(), new RegExp(number));
    await fits(page);
    if (check) await accessible(page);

    // What is known is not asked again.
    await open(page, '/henvendelse/ny?emne=waste');
    await page.getByText('I skriver som Asta Eksempel, Eksempelsmedjen').waitFor();
    if (check) await accessible(page);

    // The wrong person has got the link: it is replaced, and the new one is here and in a mail, nowhere else.
    await open(page, link);
    await page.getByText('Har en forkert fået linket?').click();
    await page.getByRole('button', { name: 'Send et nyt link' }).click();
    await page.waitForURL('**/henvendelse/nyt-link');
    expects(/status of 404/);
    await page.goto(link);
    await page.getByRole('heading', { level: 1, name: 'Linket virker ikke' }).waitFor();
    await open(page, '/virksomhed');
    await page.locator('main').getByRole('link', { name: /Skilte|reklamer/ }).first().click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    assert.notEqual(page.url(), link, 'the old link is dead');
  });
}
