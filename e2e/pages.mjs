// The pages that are looked at: by axe and for sideways scrolling in every test run, as pictures by `cargo xtask screenshots`.
// `as` is whom to sign in as (lib.mjs, `signInAs`); without it, anyone.

export const PAGES = [
  { name: 'entrance', path: '/' },
  { name: 'enquiry-form', path: '/henvendelse/ny' },
  { name: 'sign-in', path: '/log-ind' },
  { name: 'accessibility-statement', path: '/was' },
  { name: 'privacy', path: '/privatliv' },
  { name: 'not-found', path: '/findes-ikke', status: 404 },
  { name: 'inbox', path: '/intern/indbakke', as: /Jonas Birk/ },
  { name: 'captured-mail', path: '/drift/post', as: /Rikke Thorup/ },
];
