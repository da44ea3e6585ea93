// A real provider of identities (oidc-provider) for both doors: who works here, with groups; companies, with the claims of
// MitID Erhverv as a broker tells them. The program runs beside the demo with a configuration of its own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { Provider } from 'oidc-provider';
import { journey } from '../journey.mjs';
import { accessible, WIDE } from '../lib.mjs';

const SECRET = 'a secret of the test and of nothing else';
const SUBSTANTIAL = 'https://data.gov.dk/concept/core/nsis/Substantial';
const LOW = 'https://data.gov.dk/concept/core/nsis/Low';
const READY_MS_MAX = 60_000;

/** Who signs in there, by the name typed on its own page; a test changes what it says of them. */
const people = {
  mette: { name: 'Mette Prøvesen', email: 'mette@example.dk', email_verified: true, groups: ['g-officers'] },
  ida: company({ 'nemlogin.cvr': '99000015', 'nemlogin.org_name': 'Smedjen ApS' }),
  bo: company({ 'nemlogin.cvr': ['99000015', '99000023'], 'nemlogin.org_name': ['Smedjen ApS', 'Nordvang El A/S'] }),
  low: company({ 'nemlogin.cvr': '99000015', loa: LOW }),
};

function company(own) {
  return { identity_type: 'professional', loa: SUBSTANTIAL, 'nemlogin.name': 'Ida Eksempel', ...own };
}

let program;
let provider;
let data;
let town;
let issuer;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** The provider, on this machine: http is believed from nowhere else. */
async function startProvider(port) {
  const client = (id, back) => ({
    client_id: id,
    client_secret: SECRET,
    redirect_uris: [`${town}${back}`],
    post_logout_redirect_uris: [`${town}/`],
    grant_types: ['authorization_code', 'refresh_token'],
  });
  // In the token, as Entra ID tells groups and a broker the level; the company is told beside it, when it is asked for.
  const openid = ['sub', 'name', 'email', 'email_verified', 'groups', 'identity_type', 'loa'];
  const nemlogin = ['nemlogin.cvr', 'nemlogin.org_name', 'nemlogin.name'];
  const oidc = new Provider(issuer, {
    clients: [client('staff', '/log-ind/udbyder/svar'), client('companies', '/log-ind/virksomhed/svar')],
    claims: { openid, profile: ['name'], email: ['email'], nemlogin },
    conformIdTokenClaims: true,
    pkce: { required: () => true },
    ttl: { Session: 3600, Grant: 3600, AccessToken: 600, IdToken: 600, Interaction: 600, RefreshToken: 3600 },
    cookies: { keys: ['a key of the test'] },
    issueRefreshToken: async (_, client_, code) => code.scopes.has('offline_access'),
    findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[id] }) }),
  });
  oidc.proxy = false;
  return new Promise((resolve) => {
    const server = oidc.listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function startProgram(port) {
  const binary = process.env.SAMSPIL ?? path.resolve(import.meta.dirname, '../../target/debug/samspil');
  assert.ok(existsSync(binary), `${binary} is not there: build it, or say in SAMSPIL where it is`);
  program = spawn(binary, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (text) => (said += text));
  const until = Date.now() + READY_MS_MAX;
  for (;;) {
    const answer = await fetch(`${town}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    assert.ok(program.exitCode === null && Date.now() < until, `the program is not ready:\n${said}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

before(async () => {
  const [townPort, providerPort] = [await freePort(), await freePort()];
  town = `http://127.0.0.1:${townPort}`;
  issuer = `http://127.0.0.1:${providerPort}`;
  provider = await startProvider(providerPort);
  data = await mkdtemp(path.join(tmpdir(), 'samspil-providers-'));
  const door = (section, id, more) => `[${section}]\nissuer = "${issuer}"\nclient_id = "${id}"\nclient_secret = "${SECRET}"\n${more}`;
  const staff = 'name = "kommunens login"\nsecond_step = true\n[staff_sign_in.roles]\n"g-officers" = "case_officer"\n';
  const broker = 'broker = "signaturgruppen"\n';
  const text = `base_url = "${town}"\n${door('staff_sign_in', 'staff', staff)}${door('company_sign_in', 'companies', broker)}`;
  await writeFile(path.join(data, 'samspil.toml'), text);
  await startProgram(townPort);
});

after(async () => {
  provider?.close();
  provider?.closeAllConnections();
  if (program && program.exitCode === null) {
    const ended = once(program, 'exit');
    program.kill('SIGTERM');
    await ended;
  }
  if (data) await rm(data, { recursive: true, force: true });
});

/** Says on the provider's own pages who one is, and that it may tell. */
async function sayWho(page, who) {
  await page.waitForURL(/\/interaction\//);
  const name = page.locator('input[name=login]');
  if (await name.count()) {
    await name.fill(who);
    await page.locator('input[name=password]').fill('any');
    await page.locator('button[type=submit]').click();
  }
  await page.waitForLoadState();
  if (page.url().includes('/interaction/')) await page.locator('button[type=submit]').click();
  await page.waitForURL((url) => url.origin === town);
}

/** Where the provider's own pages want a typeface from. They get none. */
const TYPEFACES = 'https://fonts.googleapis.com';

/** A visitor of the program, who is led to the provider and back. */
async function guest(another) {
  const one = await another({ base: town, beside: [issuer, TYPEFACES] });
  await one.context.route(`${TYPEFACES}/**`, (route) => route.fulfill({ contentType: 'text/css', body: '' }));
  return one;
}

journey('whoever works here signs in by the provider, and is out when the group is taken there', { viewport: WIDE }, async ({ another }) => {
  const enter = async (page) => {
    await page.goto('/log-ind?til=/intern/mig');
    await page.getByRole('button', { name: 'Log ind med kommunens login' }).click();
    await sayWho(page, 'mette');
  };
  const { page } = await guest(another);
  await enter(page);
  await page.waitForURL(/\/intern\/mig/);
  await page.getByText('Mette Prøvesen').first().waitFor();
  await accessible(page);
  people.mette.groups = [];
  const elsewhere = await guest(another);
  elsewhere.expects(/422/);
  await enter(elsewhere.page);
  await elsewhere.page.getByText('giver ikke adgang her').waitFor();
  await accessible(elsewhere.page);
  await page.goto('/intern/mig');
  assert.match(page.url(), /\/log-ind/);
});

journey('a company signs in by MitID Erhverv, sees itself at the top of the page, and signs out there as well', { viewport: WIDE }, async ({ another }) => {
  const { page } = await guest(another);
  await page.goto('/log-ind');
  await accessible(page);
  await page.getByRole('button', { name: 'Log ind med MitID Erhverv' }).click();
  await sayWho(page, 'ida');
  await page.waitForURL(`${town}/virksomhed`);
  await page.getByText('Smedjen ApS (CVR 99000015)').first().waitFor();
  await accessible(page);
  await page.goto('/henvendelse/ny');
  await page.getByText('I skriver for Smedjen ApS').waitFor();
  await accessible(page);
  await page.getByRole('button', { name: 'Log ud' }).click();
  await page.waitForURL(/\/session\/end/);
  await page.locator('button[name=logout]').click();
  await page.waitForURL(`${town}/`);
  await page.goto('/virksomhed/adgang');
  assert.match(page.url(), /\/log-ind/);
});

journey('whoever acts for two companies chooses one by a button, and changes', { viewport: WIDE }, async ({ another }) => {
  const { page } = await guest(another);
  await page.goto('/log-ind');
  await page.getByRole('button', { name: 'Log ind med MitID Erhverv' }).click();
  await sayWho(page, 'bo');
  await page.waitForURL(`${town}/virksomhed/vaelg`);
  await accessible(page);
  await page.getByRole('button', { name: 'Vælg Nordvang El A/S' }).click();
  await page.waitForURL(`${town}/virksomhed`);
  await page.getByText('Nordvang El A/S (CVR 99000023)').first().waitFor();
  await page.goto('/virksomhed/adgang');
  await page.getByRole('link', { name: 'Skift virksomhed' }).click();
  await page.getByRole('button', { name: 'Vælg Smedjen ApS' }).click();
  await page.getByText('Smedjen ApS (CVR 99000015)').first().waitFor();
});

journey('a sign-in at a low level of assurance is refused in a sentence', { viewport: WIDE }, async ({ another }) => {
  const { page, expects } = await guest(another);
  expects(/422/);
  await page.goto('/log-ind');
  await page.getByRole('button', { name: 'Log ind med MitID Erhverv' }).click();
  await sayWho(page, 'low');
  await page.getByText('sikringsniveauet betydelig eller høj').waitFor();
  await accessible(page);
});
