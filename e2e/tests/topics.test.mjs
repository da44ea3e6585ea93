// Whoever keeps the guide changes what it says and what is promised, sees first what it would answer, and can go back.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { journey } from '../journey.mjs';
import { accessible, open, signInAs, WIDE } from '../lib.mjs';
import { MANAGER } from '../walks.mjs';

const TOPIC = '/intern/emner/charging-stations';
/** No word of any topic, nor near one. */
const OWN_WORD = `zisselmast${randomUUID().slice(0, 4)}`;
const SUMMARY = 'Ladestandere til ansatte, gæster og lastbiler, og hvem I skal tale med først.';
const SUMMARY_EN = 'Chargers for staff, guests and lorries, and whom to talk to first.';

/** The guide answers with what was saved within two seconds; asks until it does. */
async function guideSays(page, path, text) {
  for (let tries = 0; tries < 10; tries += 1) {
    await open(page, path);
    if ((await page.locator('main').getByText(text).count()) > 0) return;
    await page.waitForTimeout(500);
  }
  assert.fail(`${path} does not say ${text}`);
}

journey('a manager changes a topic, tries it first, and the guide shows it', { viewport: WIDE }, async ({ page, another, expects }) => {
  await signInAs(page, MANAGER);
  await open(page, TOPIC);
  const before = await page.locator('#summary-da').inputValue();
  await page.locator('#summary-da').fill(SUMMARY);
  await page.locator('#summary-en').fill(SUMMARY_EN);
  await page.locator('#synonyms-da').evaluate((area, word) => (area.value += `\n${word}`), OWN_WORD);

  // Tried before it is saved: what the guide would say, beside what it says now.
  await page.locator('#question').fill(`Hvor sætter vi en ${OWN_WORD}?`);
  await page.getByRole('button', { name: 'Prøv spørgsmålet' }).click();
  const tried = page.locator('#tried');
  await tried.getByText('Dette emne').first().waitFor();
  await accessible(page);
  assert.equal(await page.locator('#summary-da').inputValue(), SUMMARY, 'what was typed is still there');
  const company = await another();
  await open(company.page, '/vejviser?emne=charging-stations');
  assert.equal(await company.page.getByText(SUMMARY).count(), 0, 'nothing is saved by trying');

  // A field that must not be empty, then saved.
  await page.locator('#summary-en').fill('');
  expects(/status of 422/);
  await page.getByRole('button', { name: 'Gem emnet' }).click();
  await page.getByRole('alert').waitFor();
  await accessible(page);
  assert.equal(await page.locator('#summary-da').inputValue(), SUMMARY);
  await page.locator('#summary-en').fill(SUMMARY_EN);
  await page.getByRole('button', { name: 'Gem emnet' }).click();
  await page.getByRole('status').first().waitFor();
  await guideSays(company.page, '/vejviser?emne=charging-stations', SUMMARY);
  await guideSays(company.page, `/vejviser?q=${OWN_WORD}`, 'Ladestandere til elbiler');
  const abroad = await another({ language: 'en-GB' });
  await guideSays(abroad.page, '/vejviser?emne=charging-stations', SUMMARY_EN);

  // The history says who and what, and brings back what was.
  await open(page, `${TOPIC}/historik`);
  const newest = page.locator('main .s-list > li').first();
  await newest.getByText('Står i vejviseren').waitFor();
  await newest.getByText('Kirsten Lindqvist').waitFor();
  await newest.locator('summary').click();
  await newest.getByText(SUMMARY, { exact: true }).waitFor();
  await newest.getByText(before, { exact: true }).waitFor();
  await accessible(page);
  await page.getByRole('button', { name: 'Brug de medfølgende tekster' }).click();
  await page.getByRole('status').first().waitFor();
  await open(page, TOPIC);
  assert.equal(await page.locator('#summary-da').inputValue(), 'Ladestandere på jeres egen grund, ved vejen og for lastbiler.');
});

journey('a service goal is adopted with a decision to find, and only then is a date promised', { viewport: WIDE }, async ({ page, another, expects }) => {
  const form = '/henvendelse/ny?emne=charging-stations';
  const company = await another();
  await guideSays(company.page, form, /ringer til jer/);
  await signInAs(page, MANAGER);
  await open(page, `${TOPIC}/maal`);
  const set = async ({ adopted, reference }) => {
    await page.locator('#first-reply').fill('2');
    await page.locator('#answer').fill('7');
    await page.locator('#valid-from').fill(await today(page));
    await page.locator(`#adopted-${adopted ? 'yes' : 'no'}`).check();
    await page.locator('#decided-on').fill(adopted ? await today(page) : '');
    await page.locator('#reference').fill(reference);
    await page.getByRole('button', { name: 'Sæt målet' }).click();
  };
  expects(/status of 422/);
  await set({ adopted: true, reference: '' });
  await page.getByRole('alert').waitFor();
  await accessible(page);
  await set({ adopted: true, reference: 'Kommunalbestyrelsen, punkt 12' });
  await page.getByRole('status').first().waitFor();
  await accessible(page);
  await page.getByText('viser vejviseren svar senest').waitFor();
  await guideSays(company.page, form, /svarer senest/);
  await company.page.getByText('svar inden 7 arbejdsdage').waitFor();

  await set({ adopted: false, reference: '' });
  await page.getByRole('status').first().waitFor();
  await guideSays(company.page, form, /ringer til jer/);
  assert.equal(await company.page.getByText(/svarer senest/).count(), 0, 'nothing is promised that nobody decided');
  await open(page, `${TOPIC}/historik`);
  await page.getByText(/^Servicemål fra .* Vedtaget/).first().waitFor();
  await accessible(page);
});

/** The day that the town has, as a date field wants it. */
function today(page) {
  return page.evaluate(() => new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Copenhagen' }));
}
