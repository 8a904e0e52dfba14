import test, { type TestContext } from 'node:test';

type Story = (context: TestContext) => Promise<void>;

interface Options {
  readonly skip?: boolean | string;
  readonly timeout?: number;
}

const isInFull = process.env['COTEJO_TEST_IN_FULL'] !== undefined;

/** A story that goes at a person's pace, for minutes: `npm run soak` tells it; the ordinary run names it and says that it did not. */
export function inFull(title: string, ...rest: readonly [Story] | readonly [Options, Story]): void {
  const [options, story] = rest.length === 1 ? [{}, rest[0]] : rest;
  void test(title, isInFull ? options : { ...options, skip: 'told by npm run soak' }, story);
}
