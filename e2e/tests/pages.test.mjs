// Every page of the list, at the desk and on the phone, and on the phone in English: it is there, it can be used by everybody,
// and nothing goes wrong on it.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, NARROW, visit, WIDE } from '../lib.mjs';
import { PAGES } from '../pages.mjs';

const LOOKS = [
  ['at 1280 px', { viewport: WIDE }],
  ['at 320 px', { viewport: NARROW }],
  ['in English at 320 px', { viewport: NARROW, language: 'en-GB' }],
];

for (const wanted of PAGES) {
  const { name, status = 200 } = wanted;
  for (const [how, options] of LOOKS) {
    journey(`${name} is accessible ${how}`, options, async ({ page, expects }) => {
      if (status >= 400) expects(new RegExp(`status of ${status}`));
      const response = await visit(page, wanted, options.language);
      assert.equal(response?.status(), status);
      assert.equal(await page.locator('html').getAttribute('lang'), options.language?.slice(0, 2) ?? 'da');
      await accessible(page);
    });
  }
}
