// Every page of the list, at the desk and on the phone: it is there, it can be used by everybody, and nothing goes wrong on it.

import assert from 'node:assert/strict';
import { journey } from '../journey.mjs';
import { accessible, NARROW, visit, WIDE } from '../lib.mjs';
import { PAGES } from '../pages.mjs';

for (const wanted of PAGES) {
  const { name, status = 200 } = wanted;
  for (const viewport of [WIDE, NARROW]) {
    journey(`${name} is accessible at ${viewport.width} px`, { viewport }, async ({ page, expects }) => {
      if (status >= 400) expects(new RegExp(`status of ${status}`));
      const response = await visit(page, wanted);
      assert.equal(response?.status(), status);
      await accessible(page);
    });
  }
}
