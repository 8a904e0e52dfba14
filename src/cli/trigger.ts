import { estadoOf } from '../contract/estado.ts';
import { rehearsableStatuses, rehearsedEndAt } from '../contract/rehearsed-status.ts';
import { enter } from '../credits/ledger.store.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { stationOf } from '../rehearsal/next-step.ts';
import { accountWalls } from '../storage/account-wall.client.ts';
import { openQueue } from '../storage/queue.client.ts';
import { type Job, jobKinds } from '../verification/jobs.ts';
import type { RehearsedEnd } from '../verification/rehearsal.ts';
import { rejectionReasons } from '../verification/ruling.ts';
import { type Step, rehearsedAnew } from '../verification/steps.ts';
import { type Verification, milestoneOf } from '../verification/verification.ts';
import { advanceOver } from '../verification/verification.store.ts';
import { print, withInstallation } from './account.ts';
import { type Command, UsageError, oneOf, parseCommandLine } from './command.ts';
import { placeOf } from './evidence.ts';

const help = `cotejo trigger: brings a test applicant to a status

usage: cotejo trigger ACCOUNT ID STATUS [--reason REASON] [--json]

STATUS is one of ${rehearsableStatuses.join(', ')}. The verification goes on from where it is, step by step, and tells of
each as ever; it never goes back. Only for verifications that were asked for in test mode: docs/contract/test-applicants.md.

  --reason   why it is rejected, with 5500 (default other):
             ${rejectionReasons.join(', ')}

A service has to run: this command only tells it what to do.
`;

export const triggerCommand: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseCommandLine(args, { reason: { type: 'string' }, json: { type: 'boolean' } }, [
      'ACCOUNT',
      'ID',
      'STATUS',
    ]);
    const [account, verification, wanted] = positionals as [string, string, string];
    const place = placeOf(account, verification);
    const status = oneOf(wanted, 'STATUS', rehearsableStatuses);
    if (values.reason !== undefined && status !== '5500') throw new UsageError('--reason is for 5500');
    const ends = rehearsedEndAt(status, oneOf(values.reason ?? 'other', '--reason', rejectionReasons));
    const queued = await withInstallation(async ({ database, address }) => {
      const queue = await openQueue<Job>({
        address,
        kinds: jobKinds,
        concurrency: 0,
        clock: () => new Date(),
        onError(error) {
          throw error;
        },
      });
      try {
        const advance = advanceOver({ within: accountWalls(database), enqueue: queue.enqueue, enter });
        return await advance(place.accountId, place.id, (before) => towards(before, ends, new Date()));
      } finally {
        await queue.stop();
      }
    });
    if (!queued.ok) throw new UsageError(refusalText(queued.refusal, place.id));
    print(values.json, { id: String(place.id), status }, [`${place.id} goes on to ${status}`]);
    return 0;
  },
};

type Refusal = { readonly kind: 'no-test' } | { readonly kind: 'beyond'; readonly verification: Verification };

function towards(before: Verification, ends: RehearsedEnd, now: Date): Result<Step<Verification>, Refusal> {
  const step = before.rehearsal === null ? null : rehearsedAnew(before, { ...before.rehearsal, ends }, now);
  if (step === null) return refuse({ kind: 'no-test' });
  const isBeyond = stationOf(milestoneOf(before)) >= stationOf(ends.at);
  return isBeyond ? refuse({ kind: 'beyond', verification: before }) : ok(step);
}

function refusalText(refusal: Refusal | { readonly kind: 'unknown-verification' }, id: number): string {
  switch (refusal.kind) {
    case 'unknown-verification':
      return `the account has no verification ${id}`;
    case 'no-test':
      return `${id} is no test: its account asked for it in live mode`;
    case 'beyond': {
      const { verification } = refusal;
      if (verification.state === 'lapsed') return `${id} ended (${verification.lapseReason}): nothing more comes of it`;
      return `${id} is at ${estadoOf(verification) || 'the message'} already, and never goes back`;
    }
  }
}
