// Takes a picture of a page: `node picture.mjs chromium PAGE.html PICTURE.png [light|dark] [SELECTOR to click | key=KEY]…`.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Chromium } from './chromium.mjs';

const [browser, file, picture, theme = 'light', ...acts] = process.argv.slice(2);
const chromium = await Chromium.start(browser);
try {
  const page = await chromium.open(resolve(file), { dark: theme === 'dark' });
  for (const act of acts) await (act.startsWith('key=') ? page.press(act.slice(4)) : page.click(act));
  await writeFile(picture, await page.screenshot());
} finally {
  await chromium.stop();
}
