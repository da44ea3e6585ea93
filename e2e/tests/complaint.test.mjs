// A complaint about one of us goes past that one: not in a list, not by search, not by its address, not even as a number.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, open, signInAs, WIDE } from '../lib.mjs';
import { fillInForm, newAddress, OPERATOR } from '../walks.mjs';

/** In the team that answers complaints. */
const COMPLAINED_OF = /Peter Klintager/;
/** Leads that team. */
const LEADER = /Ulla Brink/;
const LISTS = ['skyldes', 'idag', 'forsinket', 'venter', 'ufordelt', 'mine', 'tilbudt', 'dele', 'besvaret', 'afsluttet'];

journey('a complaint about a person goes past that person to the leader', { viewport: WIDE }, async ({ page, another, expects }) => {
  await open(page, '/henvendelse/ny?emne=complaint-about-municipality');
  await page.getByLabel('Ja, om en medarbejder').check();
  await page.locator('#text').fill('Vi blev talt til på en måde, vi ikke vil finde os i.');
  // A company of the register: its own page, with its timeline, is one more place to look.
  const known = await page.request.get('/api/v1/companies/typeahead?q=smed');
  const [company] = await known.json();
  await fillInForm(page, newAddress(), company.value);
  expects(/status of 422/);
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.locator('#about_name-error').waitFor();
  await accessible(page);
  await page.getByLabel(/navn, hvis I har valgt ja/).fill('Peter Klintager');
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.getByRole('heading', { level: 1, name: /modtaget/i }).waitFor();
  await accessible(page);
  const number = (await page.locator('main').innerText()).match(/\b\d{4}-\d{5}\b/)?.[0];
  assert.ok(number);

  const leader = await another();
  await signInAs(leader.page, LEADER);
  await open(leader.page, '/intern/indbakke?vis=mine');
  const row = leader.page.locator('tr', { hasText: number });
  await row.waitFor();
  await row.getByRole('link').first().click();
  await leader.page.getByText(/Klagen handler om/).first().waitFor();
  await accessible(leader.page);
  const address = new URL(leader.page.url()).pathname;
  await open(leader.page, `/intern/virksomheder/${company.value}`);
  await leader.page.locator(`a[href*="${address}"]`).first().waitFor();

  const officer = await another();
  await signInAs(officer.page, COMPLAINED_OF);
  for (const list of LISTS) {
    await open(officer.page, `/intern/indbakke?vis=${list}`);
    assert.equal(await officer.page.getByText(number).count(), 0, `not in ${list}`);
  }
  for (const path of [`/intern/virksomheder?q=${number}`, `/intern/virksomheder/${company.value}`, '/intern/beskeder']) {
    await open(officer.page, path);
    assert.equal(await officer.page.locator(`a[href*="${address}"]`).count(), 0, `not at ${path}`);
  }
  officer.expects(/status of 404/);
  const answer = await officer.page.goto(address);
  assert.equal(answer?.status(), 404, 'its address is no address');
  assert.equal(await officer.page.getByText(number).count(), 0);

  // Nor does a mail to the team tell: none of that number goes to the one it is about.
  const operator = await another();
  await signInAs(operator.page, OPERATOR);
  await open(operator.page, '/drift/post');
  const mails = operator.page.locator('main li', { hasText: number });
  assert.ok((await mails.count()) > 0, 'the company got its receipt');
  assert.equal(await mails.filter({ hasText: 'peter.klintager' }).count(), 0);
});
