// Takes a picture of a page: `node picture.mjs chromium PAGE.html PICTURE.png [light|dark] [SELECTOR to click]…`.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Chromium } from './chromium.mjs';

const [browser, file, picture, theme = 'light', ...clicks] = process.argv.slice(2);
const chromium = await Chromium.start(browser);
try {
  const page = await chromium.open(resolve(file), { dark: theme === 'dark' });
  for (const click of clicks) await page.click(click);
  await writeFile(picture, await page.screenshot());
} finally {
  await chromium.stop();
}
