// A company's own page: the link comes by mail, everything the contact sent is there, and a link in wrong hands is replaced.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, fits, NARROW, open, signInAs, WIDE } from '../lib.mjs';
import { mailedLink, newAddress, sendEnquiry } from '../walks.mjs';

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
    await open(page, await mailedLink(another, mail, /link/i));
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

journey('a link asked for at the door opens once, and says so the second time', { viewport: NARROW }, async ({ page, another, expects }) => {
  const mail = newAddress();
  const { number } = await sendEnquiry(page, mail);
  await open(page, '/log-ind');
  await page.getByLabel('Jeres e-mail').fill(mail);
  await page.getByRole('button', { name: 'Send mig et link' }).click();
  await page.getByRole('heading', { level: 1, name: 'Se i din indbakke' }).waitFor();
  await accessible(page);
  const link = await mailedLink(another, mail, /link/i);

  // Whoever only looks, such as a mail scanner, uses nothing up.
  const scanner = await another();
  await open(scanner.page, link);
  await open(page, link);
  await accessible(page);
  await page.getByRole('button', { name: 'Log ind' }).click();
  await page.waitForURL('**/virksomhed');
  await page.getByText(number).first().waitFor();
  await open(page, link);
  assert.equal(new URL(page.url()).pathname, '/virksomhed', 'whoever is in already is led to the page');

  // Somewhere else it is spent, for the button as for the page, and another can be had.
  scanner.expects(/status of 422/);
  await scanner.page.getByRole('button', { name: 'Log ind' }).click();
  await scanner.page.getByRole('heading', { level: 1, name: 'Linket er allerede brugt' }).waitFor();
  await accessible(scanner.page);
  await scanner.page.getByRole('button', { name: 'Send mig et nyt link' }).click();
  await scanner.page.getByRole('heading', { level: 1, name: 'Se i din indbakke' }).waitFor();
  const stranger = await another();
  stranger.expects(/status of 422/);
  await stranger.page.goto(link);
  await stranger.page.getByRole('heading', { level: 1, name: 'Linket er allerede brugt' }).waitFor();
  assert.equal(await stranger.page.getByText(number).count(), 0);

  await open(page, '/virksomhed/adgang');
  await page.getByText(mail).first().waitFor();
  await accessible(page);
  await page.locator('main').getByRole('button', { name: 'Log ud', exact: true }).click();
  await open(page, '/virksomhed');
  assert.equal(await page.getByText(number).count(), 0, 'out is out');
});
