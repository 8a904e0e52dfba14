import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type CallbackTest, callbackTestSchema } from '../../../../src/panel/callback.schema.ts';
import { call } from '../../api.ts';
import { Section } from '../../parts/section.tsx';
import { StateWord } from '../../parts/state-word.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useAccount } from '../../shell/account.tsx';
import { useTexts } from '../../shell/text.tsx';

/** Sends a callback about nobody, and shows what went out and what came back, as it was. */
export function CallbackTestSection(): ReactNode {
  const { t, number } = useTexts();
  const account = useAccount();
  const [result, setResult] = useState<CallbackTest | null>(null);
  const testing = useAction(
    async () =>
      setResult(
        await call(account.path('callback-endpoint/test'), { method: 'POST', body: {}, answer: callbackTestSchema }),
      ),
    { quiet: true },
  );
  return (
    <Section
      title={t('callbacks.test')}
      lead={t('callbacks.test.why')}
      actions={
        <Button variant="default" loading={testing.isRunning} onClick={() => void testing.run()}>
          {t('callbacks.test.send')}
        </Button>
      }
    >
      {testing.trouble !== null && <TroubleShown trouble={testing.trouble} />}
      <div role="status">
        {result !== null && (
          <p>
            <StateWord tone={result.outcome === 'delivered' ? 'good' : 'bad'}>
              {result.outcome === 'delivered' ? t('callbacks.test.delivered') : result.outcome}
            </StateWord>{' '}
            {t('callbacks.test.took', { status: result.status ?? '—', ms: number(result.durationMs) })}
          </p>
        )}
      </div>
      {result !== null && (
        <div className="raw-pair">
          <figure>
            <figcaption>{t('callbacks.test.sent')}</figcaption>
            <pre tabIndex={0}>{`${headerLines(result.request.headers)}\n\n${result.request.body}`}</pre>
          </figure>
          <figure>
            <figcaption>{t('callbacks.test.reply')}</figcaption>
            <pre tabIndex={0}>
              {result.reply === null ? t('callbacks.test.no-reply') : result.reply || t('callbacks.test.empty')}
            </pre>
          </figure>
        </div>
      )}
    </Section>
  );
}

const headerLines = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
