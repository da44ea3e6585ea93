// A test that is a walk through the town: a visitor of its own, a picture when it fails, and no problem left unsaid.

import { after, test } from 'node:test';
import { closeBrowser, visitor } from './lib.mjs';

/** How long one journey may take. */
const JOURNEY_MS_MAX = 180_000;

/**
 * A test with a visitor of its own. `options` are those of `visitor`.
 * The function gets `{ page, expects, another }`; `another(options)` brings a second visitor into the same journey.
 */
export function journey(name, options, walk) {
  test(name, { timeout: JOURNEY_MS_MAX }, async () => {
    const visitors = [];
    const another = async (more = {}) => {
      const one = await visitor({ ...options, ...more });
      visitors.push(one);
      return one;
    };
    const first = await another();
    try {
      await walk({ page: first.page, expects: first.expects, another });
    } catch (error) {
      await keepPicture(name, visitors);
      for (const one of visitors) await one.context.close();
      const noted = visitors.flatMap((one) => one.problems);
      if (noted.length > 0) error.message += `\nnoted before it:\n${noted.join('\n')}`;
      throw error;
    }
    for (const one of visitors) await one.leave();
  });
}

after(closeBrowser);

/** What every visitor saw last, for whoever looks into a failure. */
async function keepPicture(name, visitors) {
  if (!process.env.RESULTS) return;
  const file = name.replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  for (const [index, one] of visitors.entries()) {
    await one.page.screenshot({ path: `${process.env.RESULTS}/${file}-${index}.png`, fullPage: true }).catch(() => {});
  }
}
