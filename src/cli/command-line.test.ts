import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';

const cotejo = path.join(import.meta.dirname, '../../bin/cotejo');
const run = (...args: string[]) => spawnSync(cotejo, args, { encoding: 'utf8', timeout: 60_000 });

test('each command tells what it takes', () => {
  const overview = run('--help');
  assert.equal(overview.status, 0);
  for (const name of ['assess', 'evaluate', 'calibrate', 'demo']) {
    assert.match(overview.stdout, new RegExp(`^  ${name} `, 'm'));
    const help = run(name, '--help');
    assert.equal(help.status, 0);
    assert.match(help.stdout, new RegExp(`^usage: cotejo ${name} `, 'm'));
  }
});

test('whatever is typed wrong ends with one line that names it, exit code 2 and no stack', () => {
  const mistakes: readonly (readonly [args: string[], line: RegExp])[] = [
    [['nonsense'], /^cotejo: unknown command 'nonsense'/],
    [['assess'], /^cotejo: assess: --face is required$/],
    [['assess', '--face', 'a.webm'], /^cotejo: assess: --front is required$/],
    [['assess', '--fase', 'a.webm'], /^cotejo: assess: unknown option '--fase'/],
    [['assess', '--face'], /^cotejo: assess: option '--face <value>' argument missing/],
    [['assess', 'stray', '--face', 'a', '--front', 'b'], /^cotejo: assess: unexpected argument 'stray'$/],
    [
      ['assess', '--face', 'a', '--front', 'b', '--format', 'xml'],
      /--format must be one of text, json, wire, not 'xml'$/,
    ],
    [['assess', '--face', 'a', '--front', 'b', '--at', '2026-02-30'], /--at must be a date like 2026-03-31/],
    [['assess', '--face', 'a', '--front', 'b', '--workers', '7'], /--workers must be a whole number from 1 to 2/],
    [
      ['assess', '--face', 'a', '--front', 'b', '--challenge', '/none.json'],
      /--challenge: cannot read \/none\.json \(ENOENT\)$/,
    ],
    [['assess', '--face', '/none.webm', '--front', '/none.jpg'], /--(face|front): \/none\.(webm|jpg): unreadable/],
    [['assess', '--face', cotejo, '--front', cotejo], /--face: .*: not-a-video/],
    [
      ['evaluate', 'voices', '.'],
      /what to evaluate must be one of faces, liveness, documents, attributes, not 'voices'$/,
    ],
    [['evaluate', 'faces'], /FOLDER is missing$/],
    [['evaluate', 'faces', '/none'], /\/none holds no manifest\.json/],
    [['evaluate', 'attributes', '/none'], /^cotejo: evaluate: labels-missing/],
    [['evaluate', 'attributes', '.', '--attributes', cotejo], /--attributes: .*cotejo is not JSON$/],
    [['evaluate', 'faces', '.', '--attributes', 'a.json'], /--attributes is of no use to faces$/],
    [['calibrate', 'attributes', '/none'], /^cotejo: calibrate: labels-missing/],
  ];
  for (const [args, line] of mistakes) {
    const { status, stderr, stdout } = run(...args);
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr.trimEnd(), line);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    assert.equal(stdout, '');
  }
});
