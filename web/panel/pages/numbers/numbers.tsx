import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Figures, figuresSchema } from '../../../../src/panel/figures.schema.ts';
import { rejectionReasons } from '../../../../src/panel/request.schema.ts';
import { call } from '../../api.ts';
import type { TextKey } from '../../languages.ts';
import { BarTable } from '../../parts/charts/bar-table.tsx';
import { DayChart } from '../../parts/charts/day-chart.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useTexts } from '../../shell/text.tsx';
import { WorkTexts, useWork } from '../../work/texts.tsx';
import { type Period, daysBack, isPeriod } from './period.ts';
import { useDuration } from './duration.ts';

const LENGTHS = [7, 30, 90] as const;

/** The numbers that say how it goes: how many come, how far, how long it takes, why not, and whether callbacks arrive. */
export default function Numbers(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const [period, setPeriod] = useState<Period>(() => daysBack(30, new Date()));
  const [own, setOwn] = useState<Period | null>(null);
  const figures = useResource(`${account.account} ${period.from} ${period.to}`, (signal) =>
    call(account.path('figures'), { query: period, answer: figuresSchema, signal }),
  );
  const length = LENGTHS.find((days) => own === null && daysBack(days, new Date()).from === period.from);
  return (
    <>
      <PageHead
        title={t('nav.numbers')}
        lead={t('numbers.lead')}
        actions={
          <SegmentedControl
            aria-label={t('numbers.period')}
            value={length === undefined ? 'own' : String(length)}
            data={[
              ...LENGTHS.map((days) => ({ value: String(days), label: t('numbers.days', { days }) })),
              { value: 'own', label: t('numbers.own') },
            ]}
            onChange={(value) => {
              if (value === 'own') return setOwn(period);
              setOwn(null);
              setPeriod(daysBack(Number(value), new Date()));
            }}
          />
        }
      />
      {own !== null && (
        <form
          className="row bottom"
          onSubmit={(event) => {
            event.preventDefault();
            if (isPeriod(own)) setPeriod(own);
          }}
        >
          {(['from', 'to'] as const).map((end) => (
            <TextInput
              key={end}
              type="date"
              label={t(`numbers.${end}`)}
              value={own[end]}
              onChange={(event) => setOwn({ ...own, [end]: event.currentTarget.value })}
            />
          ))}
          <Button type="submit" variant="default" disabled={!isPeriod(own)}>
            {t('numbers.show')}
          </Button>
          {!isPeriod(own) && <p className="wrong">{t('numbers.period.refused')}</p>}
        </form>
      )}
      <OfResource resource={figures}>
        {(value) => (
          <>
            <Tiles figures={value} />
            <Requests figures={value} />
            <div className="two">
              <Funnel figures={value} />
              <WorkTexts>
                <Reasons figures={value} />
              </WorkTexts>
            </div>
            <div className="two">
              <Endings figures={value} />
              <CallbackHealth figures={value} />
            </div>
          </>
        )}
      </OfResource>
    </>
  );
}

type OfFigures = { readonly figures: Figures };

function Tiles({ figures: { days, decisions } }: OfFigures): ReactNode {
  const { t, number, percent } = useTexts();
  const duration = useDuration();
  const requested = days.reduce((sum, day) => sum + day.requested, 0);
  const ruled = decisions.byPolicy + decisions.byPersons;
  const validated = days.reduce((sum, day) => sum + day.validated, 0);
  const tiles: readonly (readonly [TextKey, string, string?])[] = [
    ['numbers.requested', number(requested)],
    ['numbers.validated', number(validated), requested === 0 ? undefined : percent(validated / requested)].filter(
      (part) => part !== undefined,
    ) as [TextKey, string, string?],
    ['numbers.by-policy', ruled === 0 ? '—' : percent(decisions.byPolicy / ruled)],
    ['numbers.median', decisions.medianSeconds === null ? '—' : duration(decisions.medianSeconds)],
    ['numbers.p90', decisions.p90Seconds === null ? '—' : duration(decisions.p90Seconds)],
    ['numbers.on-case', decisions.medianSecondsOnCase === null ? '—' : duration(decisions.medianSecondsOnCase)],
  ];
  return (
    <dl className="tiles">
      {tiles.map(([name, value, besides]) => (
        <div key={name}>
          <dt>{t(name)}</dt>
          <dd>
            {value} {besides !== undefined && <small>{besides}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Requests({ figures: { days } }: OfFigures): ReactNode {
  const { t, number, language } = useTexts();
  const short = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return (
    <Section title={t('numbers.requests')} lead={t('numbers.requests.why')}>
      <DayChart
        title={t('numbers.requests.chart')}
        tableTitle={t('numbers.table')}
        dayTitle={t('numbers.day')}
        write={(value) => number(value)}
        series={[
          { name: t('numbers.validated'), tone: 'a' },
          { name: t('numbers.rejected'), tone: 'b' },
          { name: t('numbers.lapsed'), tone: 'c' },
          { name: t('numbers.open'), tone: 'rest' },
        ]}
        rows={days.map(({ day, requested, validated, rejected, lapsed }) => ({
          day,
          name: short.format(new Date(`${day}T12:00:00Z`)),
          values: [validated, rejected, lapsed, Math.max(0, requested - validated - rejected - lapsed)],
        }))}
      />
    </Section>
  );
}

function Funnel({ figures: { funnel } }: OfFigures): ReactNode {
  const { t, number, percent } = useTexts();
  const first = funnel[0]?.count ?? 0;
  return (
    <Section title={t('numbers.funnel')} lead={t('numbers.funnel.why')}>
      <BarTable
        caption={t('numbers.funnel')}
        columns={[t('numbers.step'), t('numbers.count'), t('numbers.share')]}
        rows={funnel.map(({ step, count }) => ({
          key: step,
          name: t(`numbers.step.${step}`),
          count,
          share: first === 0 ? 0 : count / first,
        }))}
        writeCount={number}
        writeShare={percent}
      />
    </Section>
  );
}

function Reasons({ figures: { reasons, funnel } }: OfFigures): ReactNode {
  const { t, number, percent, called } = useWork();
  const assessed = funnel.find(({ step }) => step === 'assessed')?.count ?? 0;
  return (
    <Section title={t('numbers.reasons')} lead={t('numbers.reasons.why')}>
      {reasons.length === 0 ? (
        <p className="quiet">{t('numbers.none')}</p>
      ) : (
        <BarTable
          caption={t('numbers.reasons')}
          columns={[t('numbers.reason'), t('numbers.count'), t('numbers.share')]}
          rows={reasons.slice(0, 10).map(({ slug, count }) => ({
            key: slug,
            name: called('reason', slug) ?? <code>{slug}</code>,
            count,
            share: assessed === 0 ? 0 : Math.min(1, count / assessed),
          }))}
          writeCount={number}
          writeShare={percent}
        />
      )}
    </Section>
  );
}

const isRejection = (reason: string): reason is (typeof rejectionReasons)[number] =>
  (rejectionReasons as readonly string[]).includes(reason);

function Endings({ figures: { rejections, lapses } }: OfFigures): ReactNode {
  const { t, number, percent } = useTexts();
  const all = [
    ...rejections.map(({ reason, count }) => ({
      key: `rejected ${reason}`,
      name: `${t('numbers.rejected')}: ${isRejection(reason) ? t(`rejection.${reason}`) : reason}`,
      count,
    })),
    ...lapses.map(({ reason, count }) => ({
      key: `lapsed ${reason}`,
      name: t(
        reason === 'cancelled' || reason === 'undeliverable' || reason === 'expired'
          ? `lapse.${reason}`
          : 'numbers.lapsed',
      ),
      count,
    })),
  ];
  const total = all.reduce((sum, { count }) => sum + count, 0);
  return (
    <Section title={t('numbers.endings')} lead={t('numbers.endings.why')}>
      {total === 0 ? (
        <p className="quiet">{t('numbers.none')}</p>
      ) : (
        <BarTable
          caption={t('numbers.endings')}
          columns={[t('numbers.reason'), t('numbers.count'), t('numbers.share')]}
          rows={all.map((row) => ({ ...row, share: row.count / total }))}
          writeCount={number}
          writeShare={percent}
        />
      )}
    </Section>
  );
}

function CallbackHealth({ figures: { callbacks } }: OfFigures): ReactNode {
  const { t, number, percent, time } = useTexts();
  const duration = useDuration();
  if (callbacks === null)
    return (
      <Section title={t('numbers.callbacks')}>
        <p className="quiet">{t('numbers.callbacks.none')}</p>
      </Section>
    );
  const { delivered, waiting, dead, attempts, failedAttempts, medianSeconds, asOf } = callbacks;
  const facts: readonly (readonly [TextKey, string])[] = [
    ['numbers.callbacks.delivered', number(delivered)],
    ['numbers.callbacks.waiting', number(waiting)],
    ['numbers.callbacks.dead', number(dead)],
    ['numbers.callbacks.failed', attempts === 0 ? '—' : percent(failedAttempts / attempts)],
    ['numbers.callbacks.median', medianSeconds === null ? '—' : duration(medianSeconds)],
  ];
  return (
    <Section title={t('numbers.callbacks')} lead={t('numbers.callbacks.as-of', { at: time(asOf) })}>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{t(name)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
