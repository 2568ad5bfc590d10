// A web page of another origin: axios and fetch as the hosted API's documentation uses them, in
// jsdom, whose XMLHttpRequest sends preflights and hides what CORS does not expose.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';

const { PENSTOCK_URL, PENSTOCK_RESTRICTED_URL, PENSTOCK_PICTURES, PENSTOCK_NODE } = process.env;
const require = createRequire(join(PENSTOCK_NODE, 'package.json'));
const { JSDOM, VirtualConsole } = require('jsdom');

const ORIGIN = 'https://app.example.org';
const DETECT = `${PENSTOCK_URL}/coco/1?api_key=any`;
const CAT = readFileSync(join(PENSTOCK_PICTURES, 'chelsea.png')).toString('base64');
const TIMES = ['X-Queue-Time', 'X-Execution-Time', 'X-Processing-Time'];

/** The window of a page that has loaded the browser builds of axios and fetch. */
function page(origin = ORIGIN) {
  // Refusals of CORS would also be printed.
  const dom = new JSDOM('', {
    url: `${origin}/`, runScripts: 'outside-only', virtualConsole: new VirtualConsole(),
  });
  for (const script of ['axios/dist/axios.min.js', 'whatwg-fetch/dist/fetch.umd.js']) {
    dom.window.eval(readFileSync(join(PENSTOCK_NODE, 'node_modules', script), 'utf8'));
  }
  return dom.window;
}

function checkTimes(header) {
  const [queue, execution, processing] = TIMES.map((name) => Number.parseFloat(header(name)));
  assert.ok(queue >= 0 && execution >= 0 && queue + execution <= processing + 0.001);
  assert.match(header('Server-Timing'), /inference;dur=/);
  assert.ok(header('X-Request-ID'));
}

function finds(answer, name) {
  assert.ok(answer.predictions.some((one) => one.class === name), JSON.stringify(answer));
}

test('axios posts base64, as documented', async () => {
  const answer = await page().axios({
    method: 'POST',
    url: `${PENSTOCK_URL}/coco/1`,
    params: { api_key: 'any' },
    data: CAT,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  finds(answer.data, 'cat');
  checkTimes((name) => answer.headers[name.toLowerCase()]);
});

test('fetch posts base64 as a form, which needs no preflight', async () => {
  const answer = await page().fetch(DETECT, {
    method: 'POST', body: CAT, headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  finds(await answer.json(), 'cat');
  checkTimes((name) => answer.headers.get(name));
});

test('fetch posts JSON with a key in a header, which needs a preflight', async () => {
  const answer = await page().fetch(`${PENSTOCK_URL}/infer/object_detection`, {
    method: 'POST',
    body: JSON.stringify({ model_id: 'coco/1', image: { type: 'base64', value: CAT } }),
    headers: { 'Content-Type': 'application/json', Authorization: 'Bearer any' },
  });
  finds(await answer.json(), 'cat');
  checkTimes((name) => answer.headers.get(name));
});

test('fetch posts a file of a form', async () => {
  const window = page();
  const form = new window.FormData();
  const bytes = Uint8Array.from(Buffer.from(CAT, 'base64'));
  form.append('file', new window.Blob([bytes], { type: 'image/png' }), 'cat.png');
  const answer = await window.fetch(DETECT, { method: 'POST', body: form });
  finds(await answer.json(), 'cat');
});

test('fetch sends cookies along', async () => {
  const answer = await page().fetch(DETECT, {
    method: 'POST', body: CAT, credentials: 'include', headers: { 'Content-Type': 'application/json' },
  });
  finds(await answer.json(), 'cat');
});

test('a page can read why it was refused', async () => {
  const answer = await page().fetch(DETECT, { method: 'POST', body: 'bm90IGFuIGltYWdl' });
  assert.equal(answer.status, 400);
  assert.match((await answer.json()).message, /image/i);
  checkTimes((name) => answer.headers.get(name));
});

test('only what is exposed can be read', async () => {
  const answer = await page().fetch(`${PENSTOCK_URL}/info`);
  assert.equal(answer.headers.get('Access-Control-Expose-Headers'), null);
  assert.ok(answer.headers.get('X-Request-ID'));
});

test('a page of an origin that is not allowed gets nothing', async () => {
  const allowed = await page(ORIGIN).fetch(`${PENSTOCK_RESTRICTED_URL}/info`);
  assert.equal(allowed.status, 200);
  await assert.rejects(page('https://other.example.org').fetch(`${PENSTOCK_RESTRICTED_URL}/info`));
});

test('a page loads and unloads no model', async () => {
  const models = async () => (await (await fetch(`${PENSTOCK_URL}/model/registry`)).json()).models;
  const before = await models();
  for (const path of ['/model/clear', '/model/remove', '/model/add']) {
    const body = JSON.stringify({ model_id: 'coco/1' });
    const simple = { method: 'POST', body, headers: { 'Content-Type': 'text/plain' } };
    assert.equal((await page().fetch(PENSTOCK_URL + path, simple)).status, 403);
    // Browsers ask before they send JSON; jsdom only does for headers it does not know.
    const json = { 'Content-Type': 'application/json', 'X-Asked': 'first' };
    const asked = { method: 'POST', body, headers: json };
    await assert.rejects(page().fetch(PENSTOCK_URL + path, asked));
  }
  assert.deepEqual(await models(), before);
});

test('fetch of Node itself works too', async () => {
  const answer = await fetch(DETECT, { method: 'POST', body: CAT });
  finds(await answer.json(), 'cat');
  checkTimes((name) => answer.headers.get(name));
});
