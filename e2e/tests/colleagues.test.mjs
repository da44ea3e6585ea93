// What happens to a case between colleagues: more is asked for, a part is owed, it changes hands, and the company sees the truth of it.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, open, signInAs, WIDE } from '../lib.mjs';
import {
  close,
  COLLEAGUE,
  ENVIRONMENT_OFFICER,
  fillInForm,
  findCase,
  newAddress,
  OFFICER,
  reply,
  sendEnquiry,
  take,
  unfold,
} from '../walks.mjs';

/** Until when the answers are owed, as the tracking page says it. */
async function dates(page) {
  const text = await page.locator('.s-promises').innerText();
  const found = text.match(/senest\s+\p{L}+dag den \d{1,2}\. \p{L}+ \d{4}/gu) ?? [];
  assert.ok(found.length > 0, `a date is promised: ${text}`);
  return found;
}

journey('an officer asks for more, the clock stands still with a reason, and the company writes back', { viewport: WIDE }, async ({ page, another }) => {
  const question = 'Hvor højt sidder skiltet, og hvor stort er det?';
  const answer = 'Det sidder tre meter oppe og måler to gange en halv meter.';
  const { number, link } = await sendEnquiry(page, newAddress());

  const officer = await another();
  await findCase(officer.page, OFFICER, number);
  await take(officer.page);
  const ask = await unfold(officer.page, 'ask');
  await officer.page.locator('#ask-text').fill(question);
  await ask.getByRole('button').last().click();
  await officer.page.locator('.s-thread__text', { hasText: question }).waitFor();
  await accessible(officer.page);

  await open(page, link);
  await page.locator('.s-thread__text', { hasText: question }).waitFor();
  assert.match(await page.locator('main').innerText(), /venter på/i, 'the company reads that its answer is waited for');
  const paused = await page.locator('.s-promises').innerText();
  assert.match(paused, /Sat på pause[^]*venter på svar fra jer/i, `the clock stands still, and the company sees it: ${paused}`);
  await accessible(page);
  await page.locator('#text').fill(answer);
  await page.getByRole('button', { name: 'Send besked' }).click();
  await page.locator('.s-thread__text', { hasText: answer }).waitFor();
  assert.doesNotMatch(await page.locator('.s-promises').innerText(), /på pause/i, 'the clock runs again');

  await officer.page.reload();
  await officer.page.locator('.s-thread__text', { hasText: answer }).waitFor();
});

journey('a case cannot be closed while another team owes a part of the answer', { viewport: WIDE }, async ({ page, another }) => {
  const part = 'Ligger facaden inden for jeres støjzone?';
  const partAnswer = 'Nej, adressen ligger uden for zonen.';
  const closing = 'I kan sætte skiltet op. Adressen ligger uden for støjzonen.';
  const { number, link } = await sendEnquiry(page, newAddress());

  const officer = await another();
  await findCase(officer.page, OFFICER, number);
  await take(officer.page);
  const ask = await unfold(officer.page, 'part');
  await officer.page.locator('#part-of').selectOption({ label: 'Miljøteamet' });
  await officer.page.locator('#part-text').fill(part);
  await ask.getByRole('button').last().click();
  await officer.page.getByRole('status').first().waitFor();
  await unfold(officer.page, 'close');
  assert.equal(await officer.page.locator('#close-text').count(), 0, 'there is nothing to close with');
  await accessible(officer.page);

  const helper = await another();
  await findCase(helper.page, ENVIRONMENT_OFFICER, number, { list: 'dele' });
  await helper.page.locator('#part-answer-text').fill(partAnswer);
  await helper.page.locator('details#part-answer').getByRole('button').last().click();
  await helper.page.getByText(partAnswer).first().waitFor();

  await officer.page.reload();
  await officer.page.getByText(partAnswer).first().waitFor();
  await close(officer.page, closing);
  await open(page, link);
  await page.locator('.s-thread__text', { hasText: closing }).waitFor();
  assert.equal(await page.getByText(partAnswer).count(), 0, 'what colleagues write to each other stays inside');
});

journey('a case is handed to another team, which accepts it', { viewport: WIDE }, async ({ page, another }) => {
  const why = 'Det handler om spildevand, ikke om facaden.';
  const { number, link } = await sendEnquiry(page, newAddress());
  await open(page, link);
  const promised = await dates(page);

  const officer = await another();
  await findCase(officer.page, OFFICER, number);
  const hand = await unfold(officer.page, 'hand-over');
  await officer.page.locator('#hand-over-to').selectOption({ label: 'Miljøteamet' });
  await officer.page.locator('#hand-over-text').fill(why);
  await hand.getByRole('button').last().click();
  await officer.page.getByRole('status').first().waitFor();

  const receiver = await another();
  await findCase(receiver.page, ENVIRONMENT_OFFICER, number, { list: 'tilbudt' });
  await receiver.page.getByText(why).first().waitFor();
  await accessible(receiver.page);
  await receiver.page.getByRole('button', { name: /tag imod/i }).first().click();
  await receiver.page.getByRole('status').first().waitFor();

  await open(page, link);
  assert.deepEqual(await dates(page), promised, 'a hand-over does not move the dates');
  assert.match(await page.locator('main').innerText(), /Miljøteamet/, 'the company reads who has it now');
  await accessible(page);
});

journey('a hand-over that is declined comes back with a reason, and the company never loses its date', { viewport: WIDE }, async ({ page, another }) => {
  const no = 'Adressen hører ikke under os: bygningen er ikke tilsluttet kloakken.';
  const { number, link } = await sendEnquiry(page, newAddress());
  await open(page, link);
  const promised = await dates(page);

  const officer = await another();
  await findCase(officer.page, OFFICER, number);
  const hand = await unfold(officer.page, 'hand-over');
  await officer.page.locator('#hand-over-to').selectOption({ label: 'Miljøteamet' });
  await officer.page.locator('#hand-over-text').fill('Det handler om spildevand.');
  await hand.getByRole('button').last().click();
  await officer.page.getByRole('status').first().waitFor();

  const receiver = await another();
  await findCase(receiver.page, ENVIRONMENT_OFFICER, number, { list: 'tilbudt' });
  const bounce = await unfold(receiver.page, 'bounce');
  await receiver.page.locator('#bounce-text').fill(no);
  await accessible(receiver.page);
  await bounce.getByRole('button').click();
  await receiver.page.getByRole('status').first().waitFor();
  await open(receiver.page, '/intern/indbakke?vis=tilbudt');
  assert.equal(await receiver.page.locator('tr', { hasText: number }).count(), 0, 'it is no longer offered');

  await open(officer.page, '/intern/indbakke?vis=ufordelt');
  await officer.page.locator('tr', { hasText: number }).getByRole('link').first().click();
  await officer.page.getByText(no).first().waitFor();
  await accessible(officer.page);
  await open(officer.page, '/intern/beskeder');
  await officer.page.getByText(number).first().waitFor();

  await open(page, link);
  assert.deepEqual(await dates(page), promised, 'a hand-over that came to nothing does not move the dates');
  assert.equal(await page.getByText(no).count(), 0, 'what colleagues write to each other stays inside');
});

journey('two officers are warned before they answer the same case, and a stale save keeps the text', { viewport: WIDE }, async ({ page, another }) => {
  const mine = 'Et svar, som er skrevet, mens en kollega også skrev.';
  const { number } = await sendEnquiry(page, newAddress());
  const first = await another();
  await findCase(first.page, OFFICER, number);
  const second = await another();
  await signInAs(second.page, COLLEAGUE);
  await open(second.page, new URL(first.page.url()).pathname);
  await second.page.getByText(/Jonas Birk/).first().waitFor();
  await take(first.page);
  await reply(first.page, 'Det første svar.');
  second.expects(/status of 422/);
  const action = await unfold(second.page, 'reply');
  await second.page.locator('#reply-text').fill(mine);
  await action.getByRole('button', { name: 'Send svaret' }).click();
  await second.page.getByRole('alert').first().waitFor();
  await unfold(second.page, 'reply');
  assert.equal(await second.page.locator('#reply-text').inputValue(), mine, 'what was written is still there');
  await accessible(second.page);
});

journey('a call is entered for the company, which can follow it like any other', { viewport: WIDE }, async ({ page }) => {
  await signInAs(page, OFFICER);
  await open(page, '/intern/henvendelser/ny');
  await accessible(page);
  await page.locator('#topic').selectOption('signage');
  await page.locator('#text').fill('Ringede om et skilt ved indkørslen.');
  await page.locator('#company').fill('Eksempelsmedjen');
  await page.locator('#cvr').fill('99000015');
  await page.locator('#name').fill('Asta Eksempel');
  await page.locator('#email').fill(newAddress());
  await page.locator('main form button.button-primary').click();
  await page.getByRole('heading', { level: 1, name: /\d{4}-\d{5}/ }).waitFor();
  await accessible(page);
  await page.getByRole('link', { name: 'Åbn henvendelsen' }).click();
  await page.getByText('Ringede om et skilt ved indkørslen.').first().waitFor();
});

journey('a company withdraws, and opens its enquiry again', { viewport: WIDE }, async ({ page }) => {
  const { link } = await sendEnquiry(page, newAddress());
  await open(page, link);
  await page.getByRole('button', { name: 'Luk henvendelsen' }).click();
  await page.getByRole('status').first().waitFor();
  await accessible(page);
  await page.locator('#text').fill('Vi fik brug for svaret alligevel.');
  await page.getByRole('button', { name: 'Send besked' }).click();
  await page.locator('.s-thread__text', { hasText: 'Vi fik brug for svaret alligevel.' }).waitFor();
  assert.match(await page.locator('main').innerText(), /senest/i, 'a new answer is owed');
});

journey('the same question again is added to the first enquiry', { viewport: WIDE }, async ({ page }) => {
  const mail = newAddress();
  await sendEnquiry(page, mail);
  await open(page, '/henvendelse/ny?emne=signage');
  await page.getByLabel('Hvad kan vi hjælpe med?').fill('Vi har ikke hørt fra jer om skiltet.');
  await fillInForm(page, mail);
  await page.getByRole('button', { name: 'Send henvendelse' }).click();
  await page.waitForURL('**/henvendelse/samlet**');
  await accessible(page);
});
