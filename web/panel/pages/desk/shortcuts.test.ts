import assert from 'node:assert/strict';
import test from 'node:test';
import { type DeskAction, actionOf, deskKeys, keyOfRow, numberedRow, takesLetters } from './shortcuts.ts';

const bare = { ctrlKey: false, metaKey: false, altKey: false, repeat: false };

test('every action has a key of its own', () => {
  const keys = Object.values(deskKeys);
  assert.equal(new Set(keys).size, keys.length);
  for (const [action, key] of Object.entries(deskKeys)) assert.equal(actionOf({ ...bare, key }, false), action);
});

test('capitals are the same keys, for whoever has them locked', () => {
  assert.equal(actionOf({ ...bare, key: 'A' }, false), 'validate');
});

test('nobody rules while writing a note, or with a key of the browser', () => {
  assert.equal(actionOf({ ...bare, key: 'a' }, true), null);
  assert.equal(actionOf({ ...bare, key: 'r', ctrlKey: true }, false), null);
  assert.equal(actionOf({ ...bare, key: 'a', metaKey: true }, false), null);
  assert.equal(actionOf({ ...bare, key: 'e', altKey: true }, false), null);
});

test('a key held down never decides twice', () => {
  const deciding: DeskAction[] = ['validate', 'reject', 'escalate', 'undo', 'note', 'retake'];
  for (const action of deciding) assert.equal(actionOf({ ...bare, key: deskKeys[action], repeat: true }, false), null);
  assert.equal(actionOf({ ...bare, key: '+', repeat: true }, false), 'zoomIn');
});

test('eleven reasons are picked by one key each', () => {
  for (let row = 0; row < 11; row++) assert.equal(numberedRow(keyOfRow(row), 11), row);
  assert.equal(numberedRow('9', 3), null);
  assert.equal(numberedRow('x', 11), null);
});

test('fields take their letters, switches do not', () => {
  const element = (tagName: string, attributes: Record<string, string> = {}) => ({
    tagName,
    getAttribute: (name: string) => attributes[name] ?? null,
  });
  assert.ok(takesLetters(element('TEXTAREA')));
  assert.ok(takesLetters(element('INPUT')));
  assert.ok(takesLetters(element('INPUT', { type: 'search' })));
  assert.ok(takesLetters(element('DIV', { role: 'combobox' })));
  assert.ok(!takesLetters(element('INPUT', { type: 'radio' })));
  assert.ok(!takesLetters(element('BUTTON')));
});
