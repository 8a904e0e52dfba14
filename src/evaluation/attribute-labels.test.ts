import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLabelsCsv, parseLabelsJson } from './attribute-labels.ts';

const header = 'file,person,glasses,sunglasses,beard,moustache';
const csvRefusal = (text: string): string => {
  const parsed = parseLabelsCsv(text);
  return parsed.ok ? '' : parsed.refusal.detail;
};

test('a CSV list reads, with columns in any order, quotes, notes and short labels', () => {
  const text =
    'person,file,beard,moustache,sunglasses,glasses,note\r\np1,"a, b.jpg",yes,1,no,0,"said ""hi"""\r\n\r\np2,c.png,x,u,,no,\r\n';
  assert.deepEqual(parseLabelsCsv(text), {
    ok: true,
    value: [
      { file: 'a, b.jpg', person: 'p1', labels: { glasses: 'no', sunglasses: 'no', beard: 'yes', moustache: 'yes' } },
      {
        file: 'c.png',
        person: 'p2',
        labels: { glasses: 'no', sunglasses: 'unsure', beard: 'hidden', moustache: 'unsure' },
      },
    ],
  });
});

test('a JSON list reads to the same', () => {
  const text = JSON.stringify([
    { file: 'c.png', person: 7, glasses: 1, sunglasses: 0, beard: 'u', moustache: 'x', set: 'mine' },
  ]);
  assert.deepEqual(parseLabelsJson(text), {
    ok: true,
    value: [
      {
        file: 'c.png',
        person: '7',
        labels: { glasses: 'yes', sunglasses: 'no', beard: 'unsure', moustache: 'hidden' },
      },
    ],
  });
});

test('what is wrong is said with the row it is in', () => {
  assert.equal(csvRefusal(''), 'the header has no column file, person, glasses, sunglasses, beard, moustache');
  assert.equal(csvRefusal('file,person,glasses'), 'the header has no column sunglasses, beard, moustache');
  assert.equal(csvRefusal(`${header}\n`), 'it names no photograph');
  assert.equal(csvRefusal(`${header}\na.jpg,p,1,0,0`), 'line 2: 5 cells, the header has 6');
  assert.equal(
    csvRefusal(`${header}\na.jpg,p,0,0,0,0\n\nb.jpg,p,maybe,0,0,0`),
    "line 4, glasses: 'maybe' is none of yes, no, unsure, hidden",
  );
  assert.equal(csvRefusal(`${header}\na.jpg,,0,0,0,0`), 'line 2, person: no person is named');
  assert.equal(csvRefusal(`${header}\n../a.jpg,p,0,0,0,0`), 'line 2, file: the file must lie inside the folder');
  assert.equal(csvRefusal(`${header}\na.jpg,p,0,0,0,0\na.jpg,p,0,0,0,0`), 'line 3: the file is that of line 2');
  assert.equal(csvRefusal(`${header}\na.jpg,p,0,1,0,0`), 'line 2: sunglasses are glasses, but glasses says no');
  assert.deepEqual(parseLabelsJson('{'), { ok: false, refusal: { kind: 'labels-unusable', detail: 'not JSON' } });
  assert.deepEqual(parseLabelsJson('{}'), {
    ok: false,
    refusal: { kind: 'labels-unusable', detail: 'not an array of photographs' },
  });
});
