// Files: what is refused says why beside the field, what was accepted is kept, and nothing that was typed is lost.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, NARROW, open, WIDE } from '../lib.mjs';
import { fillInForm, findCase, NEED, newAddress, OFFICER } from '../walks.mjs';

const PDF = { name: 'tegning.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n') };
/** A program that calls itself a picture: what a file is, is read from its content. */
const DISGUISED = { name: 'facade.png', mimeType: 'image/png', buffer: Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff', 'latin1') };

for (const [how, options] of [
  ['', { viewport: WIDE }],
  [' without JavaScript', { viewport: NARROW, javaScript: false }],
]) {
  journey(`a file that is not what its name says is refused, and the rest is kept${how}`, options, async ({ page, another, expects }) => {
    const check = options.javaScript !== false;
    await open(page, '/henvendelse/ny?emne=signage');
    await page.getByLabel('Hvad kan vi hjælpe med?').fill(NEED);
    await fillInForm(page, newAddress());
    await page.locator('#files').setInputFiles([PDF, DISGUISED]);
    expects(/status of 422/);
    await page.getByRole('button', { name: 'Send henvendelse' }).click();
    const wrong = page.locator('#files-error');
    await wrong.waitFor();
    assert.match(await wrong.innerText(), /facade\.png/, 'the file is named');
    if (check) await accessible(page);
    assert.equal(await page.getByLabel('Hvad kan vi hjælpe med?').inputValue(), NEED);
    assert.equal(await page.locator('#company').inputValue(), 'Eksempelsmedjen');
    assert.equal(await page.locator('#name').inputValue(), 'Asta Eksempel');
    await page.locator('.s-files', { hasText: PDF.name }).waitFor();
    await page.getByRole('button', { name: 'Send henvendelse' }).click();
    await page.getByRole('heading', { level: 1, name: /modtaget/i }).waitFor();
    await page.getByRole('link', { name: PDF.name }).waitFor();
    assert.equal(await page.getByText(DISGUISED.name).count(), 0);

    const number = (await page.locator('main').innerText()).match(/\b\d{4}-\d{5}\b/)?.[0];
    const officer = await another({ viewport: WIDE });
    await findCase(officer.page, OFFICER, number);
    const coming = officer.page.waitForEvent('download');
    await officer.page.getByRole('link', { name: PDF.name }).click();
    assert.equal((await coming).suggestedFilename(), PDF.name, 'a file is handed over, never opened in our own name');
  });
}
