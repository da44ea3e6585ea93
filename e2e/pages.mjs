// The pages that are looked at: by axe and for sideways scrolling in every test run, as pictures by `cargo xtask screenshots`.
// `as` is whom to sign in as (lib.mjs, `signInAs`); without it, anyone. `follow` clicks on from there: a selector of the link.

const OFFICER = /Jonas Birk/;
const CONSULTANT = /Mette Holm/;
const MANAGER = /Kirsten Lindqvist/;
const OPERATOR = /Rikke Thorup/;

export const PAGES = [
  { name: 'entrance', path: '/' },
  { name: 'guide', path: '/vejviser' },
  { name: 'guide-suggests', path: '/vejviser?q=vi+vil+gerne+have+et+skilt+p%C3%A5+facaden' },
  { name: 'guide-acute', path: '/vejviser?q=der+l%C3%B8ber+olie+ud+i+kloakken' },
  { name: 'enquiry-form', path: '/henvendelse/ny' },
  { name: 'enquiry-form-complaint', path: '/henvendelse/ny?emne=complaint-about-municipality' },
  { name: 'sign-in', path: '/log-ind' },
  { name: 'forgotten', path: '/log-ind/glemt' },
  { name: 'accessibility-statement', path: '/was' },
  { name: 'privacy', path: '/privatliv' },
  { name: 'policy', path: '/politik' },
  { name: 'indicator', path: '/politik', follow: 'main a[href^="/politik/"]:not([href$=".csv"])' },
  { name: 'journal-roots', path: '/data/journal' },
  { name: 'my-page-closed', path: '/virksomhed' },
  { name: 'lost-link', path: '/henvendelse/aaaaaaaaaaaaaaaaaaaaaaaaaa', status: 404 },
  { name: 'not-found', path: '/findes-ikke', status: 404 },
  { name: 'inbox', path: '/intern/indbakke', as: OFFICER },
  { name: 'case', path: '/intern/indbakke', as: OFFICER, follow: 'main tr[data-row] a' },
  { name: 'inbox-of-all', path: '/intern/indbakke', as: CONSULTANT },
  { name: 'enter-enquiry', path: '/intern/henvendelser/ny', as: OFFICER },
  { name: 'companies', path: '/intern/virksomheder?q=a', as: CONSULTANT },
  { name: 'company', path: '/intern/virksomheder?q=smed', as: CONSULTANT, follow: 'main a[href^="/intern/virksomheder/9"]' },
  { name: 'figures', path: '/intern/tal', as: MANAGER },
  { name: 'topics', path: '/intern/emner', as: CONSULTANT },
  { name: 'topic', path: '/intern/emner/signage', as: CONSULTANT },
  { name: 'topic-goal', path: '/intern/emner/signage/maal', as: CONSULTANT },
  { name: 'topic-history', path: '/intern/emner/signage/historik', as: CONSULTANT },
  { name: 'policy-by-staff', path: '/politik', as: MANAGER },
  { name: 'me', path: '/intern/mig', as: OFFICER },
  { name: 'operations', path: '/drift', as: OPERATOR },
  { name: 'people', path: '/drift/personer', as: OPERATOR },
  { name: 'person', path: '/drift/personer', as: OPERATOR, follow: 'main a[href^="/drift/personer/0"]' },
  { name: 'captured-mail', path: '/drift/post', as: OPERATOR },
];
