// The pages that are looked at: by axe and for sideways scrolling in every test run, as pictures by `cargo xtask screenshots`.
// `as` is whom to sign in as (lib.mjs, `signInAs`); without it, anyone. `follow` clicks on from there: a selector of the link.
// `then` does on the page what a person would; it goes by ids, never by words, so that it works in every language.

import { randomUUID } from 'node:crypto';
import { signInAs } from './lib.mjs';

const OFFICER = /Jonas Birk/;
const CONSULTANT = /Mette Holm/;
const MANAGER = /Kirsten Lindqvist/;
const OPERATOR = /Rikke Thorup/;
const COMMITTEE_MEMBER = /Erik Damsbo/;

/** The longest word of the trade, where names stand; and one that no line has room for, where sentences stand. */
const LONG_WORD = 'Erhvervsvirksomhedsbeskæftigelsesindsatskoordinator';
const LONG_TEXT = `Skal en ${LONG_WORD.toLowerCase()} søge om skilte? ${'Speciallægepraksisplanlægningsstabiliseringsperiode'.repeat(3)}`;

const FORM_BUTTON = 'main form button.button-primary';

/** Does something that leads to another page, and waits until that is there. */
async function leave(page, act) {
  await Promise.all([page.waitForEvent('load'), act()]);
}

/** Sends an enquiry, up to the receipt; gives its number and link. */
async function sendEnquiry(page, { topic = 'signage', mail = newMail(), company = 'Eksempelsmedjen', name = 'Asta Eksempel', text = 'Må der stå et skilt ved vejen?' } = {}) {
  await page.goto(`/henvendelse/ny?emne=${topic}`);
  await page.locator('#text').fill(text);
  await page.locator('#company').fill(company);
  await page.locator('#name').fill(name);
  await page.locator('#email').fill(mail);
  await leave(page, () => page.locator(FORM_BUTTON).first().click());
  const number = (await page.locator('main').innerText()).match(/\b\d{4}-\d{5}\b/)?.[0];
  if (!number) throw new Error(`no receipt: ${page.url()}`);
  return { number, link: new URL(page.url()).pathname };
}

function newMail() {
  return `asta+${randomUUID().slice(0, 8)}@example.dk`;
}

/** Signs in as a company's contact, by the link that is mailed. */
async function signInAsContact(page, mail) {
  await page.goto('/log-ind');
  await page.locator('#contact_email').fill(mail);
  await leave(page, () => page.locator('form[action="/log-ind/link"] button').click());
  await page.goto(await mailedLink(page, mail));
  await leave(page, () => page.locator(FORM_BUTTON).first().click());
}

/** The link in the newest mail to an address, read from the demo's mailbox in a browser of its own. */
async function mailedLink(page, mail) {
  const context = await page.context().browser().newContext({ baseURL: new URL(page.url()).origin });
  try {
    const mailbox = await context.newPage();
    await signInAs(mailbox, OPERATOR);
    for (let tries = 0; tries < 20; tries += 1) {
      await mailbox.goto('/drift/post');
      const newest = mailbox.locator('main li', { hasText: mail }).first();
      if ((await newest.count()) > 0) {
        await mailbox.goto(await newest.getByRole('link').first().getAttribute('href'));
        const link = (await mailbox.content()).match(/\/adgang\/[a-z2-7]{26}/)?.[0];
        if (link) return link;
      }
      await mailbox.waitForTimeout(500);
    }
    throw new Error(`no link to ${mail}`);
  } finally {
    await context.close();
  }
}

/** A contact with something under way, and something ended. */
async function contactWithEnquiries(page) {
  const mail = newMail();
  const { link } = await sendEnquiry(page, { mail, topic: 'waste', text: 'Hvor afleverer vi gips?' });
  await page.goto(link);
  await leave(page, () => page.locator('form[action$="/traek-tilbage"] button').click());
  await sendEnquiry(page, { mail });
  await signInAsContact(page, mail);
}

/** The guide's form with something wrong in many fields, and a file among them that is none. */
async function sendWrongForm(page) {
  await page.goto('/henvendelse/ny?emne=complaint-about-municipality');
  await page.locator('#about-person').check();
  await page.locator('#cvr').fill('12345678');
  await page.locator('#email').fill('asta');
  await page.locator('#files').setInputFiles([
    { name: `${LONG_WORD}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from('MZ') },
    { name: 'tegning.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n') },
  ]);
  await leave(page, () => page.locator(FORM_BUTTON).click());
}

/** The page that says whom to ring, where what is written sounds as if it cannot wait. Nothing is sent yet. */
async function sendAcute(page) {
  await page.goto('/henvendelse/ny?emne=other');
  await page.locator('#text').fill('Der løber olie ud i kloakken fra vores tank. Hvad gør vi?');
  await page.locator('#company').fill('Eksempelsmedjen');
  await page.locator('#name').fill('Asta Eksempel');
  await page.locator('#email').fill(newMail());
  await leave(page, () => page.locator(FORM_BUTTON).first().click());
}

/** A case in which nothing is short. */
function openLongCase(page) {
  return openCase(page, { company: `${LONG_WORD} ApS`, name: `Dorothea ${LONG_WORD}`, text: LONG_TEXT });
}

/** A case as the officer who has just taken it sees it. */
async function openCase(page, enquiry) {
  const { number } = await sendEnquiry(page, enquiry);
  await signInAs(page, OFFICER);
  await page.goto('/intern/indbakke?vis=ufordelt');
  await page.goto(await page.locator('tr', { hasText: number }).locator('a').first().getAttribute('href'));
  await leave(page, () => page.locator('form[action$="/tag"] button').first().click());
}

/** A case that was taken for no enquiry; one can still say that it was one. */
async function markAsSpam(page) {
  await openCase(page);
  await page.locator('#spam-action > summary').click();
  await page.locator('#spam-why').selectOption({ index: 1 });
  await leave(page, () => page.locator('button#spam').click());
}

export const PAGES = [
  { name: 'entrance', path: '/' },
  { name: 'guide', path: '/vejviser' },
  { name: 'guide-suggests', path: '/vejviser?q=vi+vil+gerne+have+et+skilt+p%C3%A5+facaden' },
  { name: 'guide-acute', path: '/vejviser?q=der+l%C3%B8ber+olie+ud+i+kloakken' },
  { name: 'enquiry-form', path: '/henvendelse/ny' },
  { name: 'enquiry-form-complaint', path: '/henvendelse/ny?emne=complaint-about-municipality' },
  { name: 'enquiry-form-refused', path: '/', then: sendWrongForm, status: 422 },
  { name: 'enquiry-acute', path: '/', then: sendAcute },
  {
    name: 'enquiry-form-in-the-other-language',
    path: '/',
    then: async (page) => {
      await sendAcute(page);
      const button = page.locator('.s-header button[form=enquiry]');
      await leave(page, () => button.click());
      // And back, so that the page is in the language it is looked at in.
      await leave(page, () => button.click());
    },
  },
  { name: 'receipt', path: '/', then: (page) => sendEnquiry(page) },
  { name: 'enquiry-added', path: '/henvendelse/samlet' },
  { name: 'enquiry-to-confirm', path: '/henvendelse/bekraeft' },
  { name: 'link-renewed', path: '/henvendelse/nyt-link' },
  { name: 'guide-finds-nothing', path: '/vejviser?q=xyzzy' },
  { name: 'sign-in', path: '/log-ind' },
  { name: 'forgotten', path: '/log-ind/glemt' },
  { name: 'accessibility-statement', path: '/was' },
  { name: 'privacy', path: '/privatliv' },
  { name: 'policy', path: '/politik' },
  { name: 'indicator', path: '/politik', follow: 'main a[href^="/politik/"]:not([href*="."])' },
  { name: 'policy-edition', path: '/politik/udgave/albertslund-2023-2026' },
  { name: 'open-data', path: '/data' },
  { name: 'embedding', path: '/indlejring' },
  { name: 'journal-roots', path: '/data/journal' },
  { name: 'my-page-closed', path: '/virksomhed' },
  { name: 'my-page', path: '/', then: contactWithEnquiries },
  { name: 'my-page-empty', path: '/', then: (page) => signInAsContact(page, newMail()) },
  {
    name: 'my-access',
    path: '/',
    then: async (page) => {
      await signInAsContact(page, newMail());
      await page.goto('/virksomhed/adgang');
    },
  },
  { name: 'link-unknown', path: '/adgang/aaaaaaaaaaaaaaaaaaaaaaaaaa', status: 422 },
  { name: 'lost-link', path: '/henvendelse/aaaaaaaaaaaaaaaaaaaaaaaaaa', status: 404 },
  { name: 'not-found', path: '/findes-ikke', status: 404 },
  { name: 'forbidden', path: '/drift', as: OFFICER, status: 403 },
  {
    name: 'stale-form',
    path: '/log-ind/glemt',
    then: async (page) => {
      // From a page that is not ours, as a forged form would come.
      const address = page.url();
      await page.goto('about:blank');
      await page.setContent(`<form method="post" action="${address}"><button>Send</button></form>`);
      await leave(page, () => page.locator('button').click());
    },
    status: 403,
  },
  {
    name: 'too-many',
    path: '/log-ind/glemt',
    then: async (page) => {
      const mail = newMail();
      for (let times = 0; times < 4; times += 1) {
        await page.goto('/log-ind/glemt');
        await page.locator('main input[name=email]').fill(mail);
        await leave(page, () => page.locator(FORM_BUTTON).click());
      }
    },
    status: 429,
  },
  { name: 'inbox', path: '/intern/indbakke', as: OFFICER },
  { name: 'case', path: '/intern/indbakke', as: OFFICER, follow: 'main tr[data-row] a' },
  { name: 'case-long-words', path: '/', then: openLongCase },
  {
    name: 'case-reply',
    path: '/',
    then: async (page) => {
      await openCase(page);
      await page.locator('#reply > summary').click();
    },
  },
  { name: 'case-spam', path: '/', then: markAsSpam },
  {
    name: 'case-no-spam',
    path: '/',
    then: async (page) => {
      await markAsSpam(page);
      await leave(page, () => page.locator('button#not-spam').click());
    },
  },
  { name: 'inbox-of-a-topic', path: '/intern/indbakke?emne=signage', as: OFFICER },
  { name: 'inbox-empty', path: '/intern/indbakke?vis=tilbudt', as: MANAGER },
  { name: 'notices', path: '/intern/beskeder', as: OFFICER },
  { name: 'saved-replies', path: '/intern/svarskabeloner', as: OFFICER },
  { name: 'inbox-of-all', path: '/intern/indbakke', as: CONSULTANT },
  { name: 'enter-enquiry', path: '/intern/henvendelser/ny', as: OFFICER },
  { name: 'companies', path: '/intern/virksomheder?q=a', as: CONSULTANT },
  { name: 'company', path: '/intern/virksomheder?q=smed', as: CONSULTANT, follow: 'main a[href^="/intern/virksomheder/9"]' },
  { name: 'companies-none', path: '/intern/virksomheder?q=xyzzy', as: CONSULTANT },
  { name: 'company-with-two-places', path: '/intern/virksomheder?q=Albertslund+Nord', as: CONSULTANT, follow: 'main a[href^="/intern/virksomheder/9"]' },
  { name: 'figures-front', path: '/intern/tal/forside', as: MANAGER },
  { name: 'figures-cases', path: '/intern/tal', as: MANAGER, follow: 'main table td a' },
  { name: 'figures', path: '/intern/tal', as: MANAGER },
  { name: 'topics', path: '/intern/emner', as: CONSULTANT },
  { name: 'topics-acute', path: '/intern/emner/acute', as: CONSULTANT },
  { name: 'topic', path: '/intern/emner/signage', as: CONSULTANT },
  {
    name: 'topic-tried',
    path: '/intern/emner/signage',
    as: CONSULTANT,
    then: async (page) => {
      await page.locator('#question').fill('Må vi male et flot skilt på gavlen ud mod vejen?');
      await leave(page, () => page.locator('button[name=do][value=try]').click());
    },
  },
  { name: 'topic-goal', path: '/intern/emner/signage/maal', as: CONSULTANT },
  { name: 'topic-history', path: '/intern/emner/signage/historik', as: CONSULTANT },
  { name: 'policy-by-staff', path: '/politik', as: MANAGER },
  { name: 'me', path: '/intern/mig', as: OFFICER },
  { name: 'absence', path: '/intern/mig', as: OFFICER, follow: 'main a[href^="/intern/fravaer/"]' },
  { name: 'second-step', path: '/intern/mig/kode', as: OFFICER },
  { name: 'team', path: '/intern/mig', as: MANAGER, follow: 'main a[href^="/intern/teams/"]' },
  { name: 'desk-of-committee-member', path: '/intern', as: COMMITTEE_MEMBER },
  { name: 'job-to-discard', path: '/drift', as: OPERATOR, follow: 'main a[href^="/drift/job/"]' },
  { name: 'operations', path: '/drift', as: OPERATOR },
  { name: 'people', path: '/drift/personer', as: OPERATOR },
  { name: 'person', path: '/drift/personer', as: OPERATOR, follow: 'main a[href^="/drift/personer/0"]' },
  { name: 'new-person', path: '/drift/personer/ny', as: OPERATOR },
  { name: 'new-team', path: '/drift/teams/nyt', as: OPERATOR },
  { name: 'captured-mail', path: '/drift/post', as: OPERATOR },
  { name: 'captured-mail-read', path: '/drift/post', as: OPERATOR, follow: 'main a[href^="/drift/post/"]' },
];
