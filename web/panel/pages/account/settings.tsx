import { Button } from '@mantine/core';
import { type ReactNode, createContext, useContext, useEffect, useMemo } from 'react';
import {
  type OwnSettings,
  type SettingRefusal,
  type SettingsAnswer,
  settingRefusals,
  settingsAnswer,
} from '../../../../src/panel/settings.schema.ts';
import { type Trouble, call } from '../../api.ts';
import { OfResource } from '../../parts/of-resource.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { type Draft, useDraft } from '../../parts/use-draft.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useNotices } from '../../shell/notices.tsx';
import { useTexts } from '../../shell/text.tsx';

export type Settings = {
  readonly kept: SettingsAnswer;
  /** What is being changed; one draft for all parts of the account. */
  readonly draft: Draft<OwnSettings>;
  readonly mayChange: boolean;
  /** Takes over what an answer told. */
  onKept(kept: SettingsAnswer): void;
  /** Why a value was not kept. */
  errorOf(name: keyof OwnSettings): string | null;
};

const SettingsContext = createContext<Settings | null>(null);

export function useSettings(): Settings {
  const settings = useContext(SettingsContext);
  if (settings === null) throw new Error('there are no settings around this component');
  return settings;
}

/** Reads the account's settings for the parts inside that show them, and stands by to keep what they change. */
export function SettingsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const account = useAccount();
  const isRead = account.may('account.read');
  const settings = useResource(`${account.account} ${isRead}`, async (signal) =>
    isRead ? call(account.path('settings'), { answer: settingsAnswer, signal }) : null,
  );
  // Whoever reads none of them (callbacks alone are theirs) has nothing to wait for.
  if (!isRead) return children;
  return (
    <OfResource resource={settings}>
      {(kept) =>
        kept !== null && (
          <WithDraft kept={kept} onKept={settings.replace}>
            {children}
          </WithDraft>
        )
      }
    </OfResource>
  );
}

type WithDraftProps = {
  readonly kept: SettingsAnswer;
  readonly onKept: (kept: SettingsAnswer) => void;
  readonly children: ReactNode;
};

function WithDraft({ kept, onKept, children }: WithDraftProps): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const { tell } = useNotices();
  const draft = useDraft<OwnSettings>(kept.settings);
  const { changed, values } = draft;
  const saving = useAction(
    async () => {
      const body = Object.fromEntries(changed.map((name) => [name, values[name]]));
      onKept(await call(account.path('settings'), { method: 'PUT', body, answer: settingsAnswer }));
      tell({ tone: 'good', text: t('common.saved') });
    },
    { quiet: true },
  );
  const { trouble } = saving;
  const hasChanges = changed.length > 0;
  useEffect(() => {
    if (!hasChanges) return undefined;
    const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', stay);
    return () => window.removeEventListener('beforeunload', stay);
  }, [hasChanges]);
  const settings = useMemo<Settings>(
    () => ({
      kept,
      draft,
      onKept,
      mayChange: account.may('account.change'),
      errorOf: (name) => (refusedAt(trouble) === name ? t(refusalText(trouble)) : null),
    }),
    [kept, draft, trouble, t],
  );
  return (
    <SettingsContext value={settings}>
      {children}
      {hasChanges && (
        <form
          className="save-bar"
          aria-label={t('settings.unsaved', { count: changed.length })}
          onSubmit={(event) => {
            event.preventDefault();
            void saving.run();
          }}
        >
          <div role="status">
            {refusedAt(trouble) === null ? t('settings.unsaved', { count: changed.length }) : t('settings.refused')}
          </div>
          {trouble !== null && refusedAt(trouble) === null && <TroubleShown trouble={trouble} />}
          <div className="row">
            <Button
              variant="default"
              onClick={() => {
                saving.forget();
                draft.restore();
              }}
            >
              {t('settings.restore')}
            </Button>
            <Button type="submit" loading={saving.isRunning}>
              {t('common.save')}
            </Button>
          </div>
        </form>
      )}
    </SettingsContext>
  );
}

const refusedAt = (trouble: Trouble | null): string | null =>
  trouble?.problem === 'value-refused' ? (trouble.at ?? null) : null;

const isRefusal = (why: string | undefined): why is SettingRefusal =>
  (settingRefusals as readonly string[]).includes(why ?? '');

function refusalText(trouble: Trouble | null): `settings.refused.${SettingRefusal}` | 'trouble.value-refused' {
  const why = trouble?.problem === 'value-refused' ? trouble.why : undefined;
  return isRefusal(why) ? `settings.refused.${why}` : 'trouble.value-refused';
}
