import type { Transaction } from 'kysely';
import type { Balances, LedgerEntry, LedgerRefusal } from '../credits/ledger.ts';
import type { StatementLine } from '../credits/ledger.store.ts';
import type { AccountId } from '../kernel/id.ts';
import { MS_PER_DAY } from '../kernel/instant.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { CreditsStatement } from './figures.schema.ts';
import { type PanelHandlers, panelProblem } from './guard.route.ts';
import { figuresOf } from './kept-figures.store.ts';
import type { DeskParts } from './work-parts.route.ts';
import type { figureTable } from './work-table.ts';

export type FigureParts = Pick<DeskParts, 'database' | 'within'> & {
  readonly balancesOf: (transaction: Transaction<unknown>, accountId: AccountId) => Promise<Balances>;
  readonly statementOf: (
    transaction: Transaction<unknown>,
    accountId: AccountId,
    page: { readonly before?: number; readonly limit: number },
  ) => Promise<readonly StatementLine[]>;
  readonly enter: (
    transaction: Transaction<unknown>,
    accountId: AccountId,
    entries: readonly LedgerEntry[],
    now: Date,
  ) => Promise<Result<Balances, LedgerRefusal>>;
};

const STATEMENT_LINES = 100;
const MOST_DAYS = 366;

/** Credits, and the numbers that matter. */
export const figureHandlers = (parts: FigureParts): PanelHandlers<typeof figureTable> => {
  const { within, enter } = parts;

  const statement = (accountId: AccountId, before: number | undefined): Promise<CreditsStatement> =>
    within(accountId, async (transaction) => {
      const { available, reserved, spent } = await parts.balancesOf(transaction, accountId);
      const page = { limit: STATEMENT_LINES + 1, ...(before === undefined ? {} : { before }) };
      const found = await parts.statementOf(transaction, accountId, page);
      const lines = found.slice(0, STATEMENT_LINES);
      return {
        availableHundredths: available,
        reservedHundredths: reserved,
        spentHundredths: spent,
        entries: lines.map(({ entryNumber, kind, hundredths, verificationId, note, enteredAt }) => ({
          number: entryNumber,
          kind,
          hundredths,
          requestId: verificationId === null ? null : String(verificationId),
          note,
          at: enteredAt.toISOString(),
        })),
        next: found.length > STATEMENT_LINES ? lines.at(-1)!.entryNumber : null,
      };
    });

  return {
    readCredits: async ({ account, query }) => ok(await statement(account.id, query.before)),

    async topUpCredits(call) {
      const { account, body, now } = call;
      await within(account.id, async (transaction) => {
        const entered = await enter(transaction, account.id, [{ kind: 'top-up', ...body }], now);
        if (!entered.ok) throw new Error(`a top-up was refused: ${entered.refusal.kind}`);
        await call.audit(transaction, { action: 'credits.topped-up', detail: { hundredths: body.hundredths } });
      });
      return ok(await statement(account.id, undefined));
    },

    async readFigures({ account, query, now }) {
      const days = (Date.parse(query.to) - Date.parse(query.from)) / MS_PER_DAY + 1;
      if (days < 1 || days > MOST_DAYS) return panelProblem('value-refused', { at: 'to', why: 'span' });
      return ok(await within(account.id, (walled) => figuresOf(walled, account.id, { span: query, now })));
    },
  };
};
