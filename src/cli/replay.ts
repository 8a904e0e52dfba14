import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { EvidencePlace } from '../evidence/evidence.ts';
import type { NoDelivery, NoEndpoint } from '../notification/webhook/endpoints.ts';
import { refusalText } from '../notification/webhook/refusal-text.ts';
import { print } from './account.ts';
import { type Command, UsageError, parseCommandLine } from './command.ts';
import { auditedByCommand } from './audited.ts';
import { type CommandEndpoints, withEndpoints } from './endpoint.ts';
import { accountIdOf, placeOf } from './evidence.ts';

const help = `cotejo replay: tells a company once more what happened

usage: cotejo replay ACCOUNT ID [--json]
       cotejo replay ACCOUNT --since TIME [--json]

Of one verification, or of all since a time: 2026-03-31, 2026-03-31T15:10:00+02:00, or 90m, 12h, 3d ago. In their order, under the same
IDs as the first time: receivers know what they have. A running service sends them.
`;

export const replayCommand: Command = {
  help,
  async run(args) {
    const since = args.some((arg) => arg.startsWith('--since'));
    const { values, positionals } = parseCommandLine(
      args,
      { since: { type: 'string' }, json: { type: 'boolean' } },
      since ? ['ACCOUNT'] : ['ACCOUNT', 'ID'],
    );
    const [account, id] = positionals as [string, string];
    const from = values.since === undefined ? null : instantOf(values.since, new Date());
    const place = from === null ? placeOf(account, id) : null;
    const told = await withEndpoints((endpoints, installation) => {
      const accountId = accountIdOf(account);
      const noted = (object: string): CommandBeside =>
        auditedByCommand(installation, { accountId, action: 'callback.resent', object });
      return place === null
        ? endpoints.replaySince(accountId, from!, noted(`since ${from!.toISOString()}`))
        : replayOne(endpoints, place, noted(`verification ${place.id}`));
    });
    if (!told.ok) throw new UsageError(refusalText(told.refusal, 'en'));
    print(values.json, { replayed: told.value }, [
      told.value === 1 ? '1 change is told once more' : `${told.value} changes are told once more`,
    ]);
    return 0;
  },
};

/** Everything that was told of a verification, in its order. */
async function replayOne(
  endpoints: CommandEndpoints,
  place: EvidencePlace,
  noted: CommandBeside,
): Promise<Result<number, NoEndpoint | NoDelivery>> {
  const deliveries = await endpoints.deliveriesOf(place.accountId, place.id);
  if (deliveries.length === 0) return refuse({ kind: 'no-delivery' });
  for (const delivery of deliveries) {
    const again = await endpoints.deliverAgain(delivery, noted);
    if (!again.ok) return again;
  }
  return ok(deliveries.length);
}

type CommandBeside = ReturnType<typeof auditedByCommand>;

const units: Readonly<Record<string, number>> = { m: MS_PER_MINUTE, h: MS_PER_HOUR, d: MS_PER_DAY };

/** @throws UsageError */
function instantOf(text: string, now: Date): Date {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return later(now, -Number(count) * units[unit!]!);
  const at = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (Number.isNaN(at.getTime()))
    throw new UsageError(`--since must be like 2026-03-31, 2026-03-31T15:10:00+02:00 or 12h, not '${text}'`);
  return at;
}
