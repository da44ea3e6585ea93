// Whoever asks can say who they are: someone without a number yet, a company from abroad, someone writing for another.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, NARROW, open, WIDE } from '../lib.mjs';
import { findCase, newAddress, OFFICER } from '../walks.mjs';

/** The form for a question on signs, with the question in it. */
async function openForm(page) {
  await open(page, '/henvendelse/ny?emne=signage&q=M%C3%A5+der+st%C3%A5+et+skilt+ved+vejen%3F');
}

async function send(page) {
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.getByRole('heading', { level: 1, name: /modtaget/i }).waitFor();
  const text = await page.locator('main').innerText();
  const number = text.match(/\b\d{4}-\d{5}\b/)?.[0];
  assert.ok(number, `the receipt shows a number: ${text}`);
  return { number, text };
}

journey('someone who wants to start a business asks without a CVR number', { viewport: NARROW }, async ({ page, another }) => {
  await openForm(page);
  await page.getByLabel('En, der vil starte virksomhed').check();
  await accessible(page);
  await page.getByLabel('Jeres navn').fill('Bo Eksempel');
  await page.getByLabel('E-mail', { exact: true }).fill(newAddress());
  const { number, text } = await send(page);
  assert.match(text, /Bo Eksempel/);
  await accessible(page);

  const officer = await another({ viewport: WIDE });
  await findCase(officer.page, OFFICER, number);
  await officer.page.getByText('Kommende virksomhed, intet CVR-nummer endnu').first().waitFor();
});

journey('a company from abroad gives country and VAT number, and a wrong one is pointed at', { viewport: WIDE }, async ({ page, another, expects }) => {
  await openForm(page);
  await page.getByLabel('En udenlandsk virksomhed').check();
  await page.locator('#company').fill('Muster Schilder GmbH');
  await page.getByText('Udenlandsk virksomhed, eller skriver I for en anden?').click();
  await page.locator('#country').fill('Tyskland');
  await page.locator('#vat').fill('DE1');
  await page.getByLabel('Jeres navn').fill('Kim Muster');
  await page.getByLabel('E-mail', { exact: true }).fill(newAddress());
  expects(/status of 422/);
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.getByRole('alert').waitFor();
  await accessible(page);
  assert.equal(await page.locator('#country').inputValue(), 'Tyskland');
  await page.locator('#vat').fill('DE811907980');
  const { number } = await send(page);

  const officer = await another();
  await findCase(officer.page, OFFICER, number);
  const who = await officer.page.locator('aside').innerText();
  assert.match(who, /Muster Schilder GmbH/);
  assert.match(who, /Udenlandsk virksomhed/);
  assert.match(who, /Tyskland/);
});

journey('an adviser writes for a company, and both stand in the case', { viewport: NARROW }, async ({ page, another }) => {
  await openForm(page);
  await page.getByLabel('En rådgiver, der skriver for en anden').check();
  await page.locator('#company').fill('Eksempel Arkitekter');
  await page.locator('#company').press('Escape');
  await page.getByText('Udenlandsk virksomhed, eller skriver I for en anden?').click();
  await page.locator('#on_behalf_of').fill('Eksempelsmedjen');
  await page.locator('#on_behalf_of').press('Escape');
  await page.locator('#behalf_cvr').fill('99000015');
  await page.getByLabel('Jeres navn').fill('Asta Eksempel');
  await page.getByLabel('E-mail', { exact: true }).fill(newAddress());
  const { number } = await send(page);

  const officer = await another({ viewport: WIDE });
  await findCase(officer.page, OFFICER, number);
  const who = await officer.page.locator('aside').innerText();
  assert.match(who, /Eksempel Arkitekter/);
  assert.match(who, /på vegne af Eksempelsmedjen/);
  assert.match(who, /99000015/);
  await accessible(officer.page);
});
