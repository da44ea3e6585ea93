// Someone new at the town hall: invited by mail, a password, a second step from the telephone, and a recovery code when it is lost.

import assert from 'node:assert/strict';
import { Secret, TOTP } from 'otpauth';
import { journey } from '../journey.mjs';
import { accessible, open, signInAs, WIDE } from '../lib.mjs';
import { mailedLink, newAddress, OPERATOR } from '../walks.mjs';

const PASSWORD = 'kaffekande regnvejr tagsten';

/** How long a code lasts. Each opens once, so that the one after it is used next; half a minute early is allowed. */
const STEP_MS = 30_000;

/** Signs in by password, up to the question for a code. */
async function enterPassword(page, mail) {
  await open(page, '/log-ind?til=/intern/mig');
  await page.getByLabel('E-mail', { exact: true }).fill(mail);
  await page.getByLabel('Adgangskode').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log ind', exact: true }).first().click();
}

async function enterCode(page, code) {
  await page.getByLabel('Kode', { exact: true }).fill(code);
  await page.locator('main form button.button-primary').click();
}

journey('a new colleague sets up the second step, signs in with it, and once with a recovery code', { viewport: WIDE }, async ({ page, another, expects }) => {
  const mail = newAddress();
  const operator = await another();
  await signInAs(operator.page, OPERATOR);
  await open(operator.page, '/drift/personer/ny');
  await operator.page.getByLabel('Navn').fill('Signe Prøvesen');
  await operator.page.getByLabel('E-mail').fill(mail);
  await operator.page.getByLabel('Sagsbehandler').check();
  await operator.page.getByLabel('Byggesagsteamet').check();
  await operator.page.getByRole('button', { name: 'Tilføj og send invitation' }).click();
  await operator.page.getByRole('status').first().waitFor();
  await accessible(operator.page);

  await open(page, await mailedLink(another, mail, /velkommen/i));
  await page.getByLabel('Ny adgangskode').fill(PASSWORD);
  await page.getByLabel('Skriv den igen').fill(PASSWORD);
  await page.getByRole('button', { name: 'Gem adgangskode' }).click();
  await page.waitForURL('**/log-ind');
  await enterPassword(page, mail);
  await page.waitForURL('**/intern/mig');

  await page.getByRole('link', { name: 'Slå koden til' }).click();
  await accessible(page);
  const spelled = await page.locator('main .s-code').innerText();
  const telephone = new TOTP({ secret: Secret.fromBase32(spelled.replaceAll(/\s/g, '')), algorithm: 'SHA1', digits: 6, period: STEP_MS / 1000 });
  const begun = Date.now();
  await enterCode(page, telephone.generate({ timestamp: begun }));
  await page.getByRole('heading', { level: 1, name: /gem dine reservekoder/i }).waitFor();
  await accessible(page);
  const recovery = await page.locator('main .s-code').first().innerText();

  const signOut = async () => {
    await page.getByRole('button', { name: 'Log ud', exact: true }).first().click();
    await page.waitForURL((url) => !url.pathname.startsWith('/intern'));
  };
  await signOut();
  await enterPassword(page, mail);
  await page.getByRole('heading', { level: 1, name: 'Skriv koden fra din telefon' }).waitFor();
  await accessible(page);
  await enterCode(page, telephone.generate({ timestamp: Math.max(begun + STEP_MS, Date.now()) }));
  await page.waitForURL('**/intern/mig');
  await page.getByText('Slået til:').waitFor();

  // The telephone is gone: a recovery code opens, and no second time.
  await signOut();
  await enterPassword(page, mail);
  await enterCode(page, recovery);
  await page.waitForURL('**/intern/mig');
  await signOut();
  await enterPassword(page, mail);
  expects(/status of 422/);
  await enterCode(page, recovery);
  await page.getByRole('alert').waitFor();
  await accessible(page);
  assert.equal(await page.getByRole('link', { name: 'Signe Prøvesen' }).count(), 0, 'nobody is in');

  // Telephone and codes gone, the administrator takes the second step away; the password is asked for as ever.
  await open(operator.page, '/drift/personer');
  await operator.page.locator('main tr', { hasText: mail }).getByRole('link').first().click();
  await operator.page.getByRole('button', { name: 'Slå koden fra' }).click();
  await operator.page.getByRole('status').first().waitFor();
  await enterPassword(page, mail);
  await page.waitForURL('**/intern/mig');
  await page.getByText('Slået fra:').waitFor();
});
