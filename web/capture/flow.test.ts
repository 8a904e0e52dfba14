import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { CaptureState } from '../../src/capture/protocol.schema.ts';
import { type Event, type Flow, firstFlow, step } from './flow.ts';
import type { Surroundings } from './device.ts';

const phone: Surroundings = { isInApp: false, isDesk: false, isIos: false, cameraFailure: null };
const about = { asker: { name: 'Banco', accentColour: null, logo: null }, language: 'es' };
const welcome: Extract<CaptureState, { at: 'welcome' }> = {
  at: 'welcome',
  ...about,
  notice: { textVersion: '1', purpose: null, keptDays: 30, alternative: null, privacyContact: null, privacyUrl: null },
  asksPlace: true,
  mayFilmOnLaptop: true,
  retake: null,
  expiresAt: '2026-11-26T00:00:00Z',
};
type Capturing = Extract<CaptureState, { at: 'capturing' }>;
const capturing: Capturing = {
  at: 'capturing',
  ...about,
  wanted: 'face',
  documentKind: null,
  retake: null,
  pieces: { face: { is: 'missing' }, front: { is: 'missing' }, back: null },
  faceAttemptsLeft: 3,
  retryAfterSeconds: null,
  asksPlace: true,
};
const withCard: Capturing = {
  ...capturing,
  wanted: 'front',
  documentKind: 'id-card',
  pieces: { face: { is: 'checking' }, front: { is: 'missing' }, back: { is: 'missing' } },
};

const told = (state: CaptureState): Event => ({ is: 'told', state });
const run = (flow: Flow, ...events: readonly Event[]): Flow => events.reduce(step, flow);
const begun = (surroundings: Partial<Surroundings> = {}): Flow => firstFlow({ ...phone, ...surroundings });

test('a person goes from the welcome to the receipt, and never waits for what is on its way', () => {
  const used: readonly Event[] = [{ is: 'picture-taken' }, { is: 'picture-used' }];
  let flow = run(begun(), told(welcome));
  assert.deepEqual(flow.screen, { at: 'welcome', hasAgreed: false, isBusy: false });
  flow = run(flow, { is: 'agreed', hasAgreed: true }, { is: 'busy' }, told(capturing));
  assert.deepEqual(flow.screen, { at: 'camera-primer' });
  flow = run(flow, { is: 'camera-opened', subject: 'face' });
  assert.deepEqual(flow.screen, { at: 'face', phase: { is: 'framing' } });
  flow = run(flow, { is: 'face-finished', state: { ...capturing, wanted: 'document-kind' } });
  assert.deepEqual(flow.screen, { at: 'document-kind', isBusy: false });
  flow = run(flow, told(withCard));
  assert.deepEqual(flow.screen, { at: 'document', side: 'front', problem: null });
  flow = run(flow, { is: 'camera-opened', subject: 'front' }, ...used);
  assert.deepEqual(flow.screen, { at: 'document', side: 'back', problem: null }, 'the front is still on its way');
  flow = run(flow, { is: 'camera-opened', subject: 'back' }, ...used);
  assert.deepEqual(flow.screen, { at: 'place', isAsking: false });
  flow = run(flow, { is: 'place-answered' });
  assert.deepEqual(flow.screen, { at: 'sending' });
  assert.deepEqual(flow.queued, ['front', 'back', 'place']);
});

test('a passport has one side', () => {
  const passport: Capturing = { ...withCard, documentKind: 'passport', pieces: { ...withCard.pieces, back: null } };
  const flow = run(
    begun(),
    told(passport),
    { is: 'camera-opened', subject: 'front' },
    { is: 'picture-taken' },
    { is: 'picture-used' },
  );
  assert.deepEqual(flow.screen, { at: 'place', isAsking: false });
});

test('what turns out to be no good is asked for again, once the person is done with what they are at', () => {
  const problem: Capturing = {
    ...withCard,
    pieces: { ...withCard.pieces, front: { is: 'problem', problem: 'document-not-readable' } },
  };
  const filmingBack = run(begun(), told(withCard), { is: 'camera-opened', subject: 'back' });
  const flow = run(filmingBack, told(problem));
  assert.deepEqual(flow.screen, { at: 'card', side: 'back' });
  assert.deepEqual(run(flow, { is: 'picture-taken' }, { is: 'picture-used' }).screen, {
    at: 'document',
    side: 'front',
    problem: 'document-not-readable',
  });
});

test('a link that ends while somebody films ends it', () => {
  const filming = run(begun(), told(capturing), { is: 'camera-opened', subject: 'face' });
  assert.deepEqual(run(filming, told({ at: 'stopped', reason: 'cancelled', ...about })).screen, {
    at: 'stopped',
    reason: 'cancelled',
  });
});

test('a desktop hands over, follows the phone, and says when it is done', () => {
  let flow = run(begun({ isDesk: true }), told(welcome));
  assert.deepEqual(flow.screen, { at: 'hand-over', mayFilmHere: true });
  assert.deepEqual(run(flow, { is: 'film-here' }).screen, { at: 'welcome', hasAgreed: false, isBusy: false });
  flow = run(flow, told({ at: 'elsewhere', ...about }));
  assert.deepEqual(flow.screen, { at: 'following', isDone: false });
  flow = run(flow, told({ at: 'stopped', reason: 'used', ...about }));
  assert.deepEqual(flow.screen, { at: 'following', isDone: true });
});

test('a phone that did not begin is told where it goes on', () => {
  assert.deepEqual(run(begun(), told({ at: 'elsewhere', ...about })).screen, { at: 'stopped', reason: 'elsewhere' });
});

test('another application’s browser is left when it has no camera, before and after it is asked', () => {
  const inApp = { isInApp: true };
  assert.deepEqual(run(begun({ ...inApp, cameraFailure: 'unsupported' }), told(welcome)).screen, { at: 'in-app' });
  const refused: Event = { is: 'camera-failed', subject: 'face', cause: 'denied' };
  assert.deepEqual(run(begun(inApp), told(capturing), refused).screen, { at: 'in-app' });
  assert.deepEqual(run(begun(), told(capturing), refused).screen, {
    at: 'camera-problem',
    cause: 'denied',
    subject: 'face',
  });
});

test('a notice that changed is agreed to anew', () => {
  const agreed = run(begun(), told(welcome), { is: 'agreed', hasAgreed: true });
  const hasAgreed = (flow: Flow): unknown => flow.screen.at === 'welcome' && flow.screen.hasAgreed;
  assert.equal(hasAgreed(run(agreed, told(welcome))), true);
  assert.equal(hasAgreed(run(agreed, told({ ...welcome, notice: { ...welcome.notice, textVersion: '2' } }))), false);
});

test('without attempts left the person is asked to come later', () => {
  const none: Capturing = { ...capturing, faceAttemptsLeft: 0, retryAfterSeconds: 1800 };
  assert.deepEqual(run(begun(), told(none)).screen, { at: 'face-later', retryAfterSeconds: 1800 });
});

test('no order of events leads to a screen out of the union, nor forgets what is on its way', () => {
  const events: readonly Event[] = [
    told(welcome),
    told(capturing),
    told(withCard),
    told({ at: 'elsewhere', ...about }),
    { is: 'unreachable', why: 'offline' },
    { is: 'agreed', hasAgreed: true },
    { is: 'busy' },
    { is: 'declined' },
    { is: 'reconsidered' },
    { is: 'film-here' },
    { is: 'camera-opened', subject: 'front' },
    { is: 'camera-failed', subject: 'face', cause: 'in-use' },
    { is: 'face-failed', trouble: 'late' },
    { is: 'picture-taken' },
    { is: 'picture-used' },
    { is: 'place-asked' },
    { is: 'place-answered' },
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 30 }), (order) => {
      const flow = run(begun(), ...order);
      assert.equal(typeof flow.screen.at, 'string');
      assert.equal(new Set(flow.queued).size, flow.queued.length);
      if (flow.screen.at === 'document' && flow.screen.problem === null)
        assert.equal(flow.queued.includes(flow.screen.side), false, 'nothing is asked for twice');
    }),
  );
});
