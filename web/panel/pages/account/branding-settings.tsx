import { Button, ColorInput, FileButton, TextInput, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { COLOUR, MOST_LOGO_BYTES, MOST_NOTE_CHARACTERS } from '../../../../src/panel/settings.schema.ts';
import { accentOf } from '../../../capture/colour.ts';
import { Section } from '../../parts/section.tsx';
import { useTexts } from '../../shell/text.tsx';
import { ApplicantPreview } from './applicant-preview.tsx';
import { useSettings } from './settings.tsx';

const notes = ['purpose', 'alternative', 'privacyContact', 'privacyUrl'] as const;
const LONG_NOTES: readonly string[] = ['purpose', 'alternative'];

/** How the applicant's pages look and what they tell, beside the page that comes of it. */
export default function BrandingSettings(): ReactNode {
  const { t } = useTexts();
  const {
    draft: { values, put },
    kept,
    mayChange,
    errorOf,
  } = useSettings();
  const own = accentOf(null).fill;
  const [typed, setTyped] = useState<string | null>(null);
  const colour = typed ?? values.accentColour ?? own;
  return (
    <div className="beside">
      <div>
        <Section title={t('branding.look')} lead={t('branding.look.why')}>
          <div className="form">
            <ColorInput
              label={t('branding.colour')}
              description={t('branding.colour.why')}
              w={260}
              format="hex"
              eyeDropperButtonProps={{ 'aria-label': t('branding.colour.pick') }}
              swatches={['#0b5d57', '#0a4d8c', '#7a1f3d', '#2c3e50', '#8a4b08', '#1b5e20']}
              readOnly={!mayChange}
              error={COLOUR.test(colour) ? errorOf('accentColour') : t('branding.colour.refused')}
              value={colour}
              onChange={(value) => {
                setTyped(value);
                if (COLOUR.test(value)) put('accentColour', value.toLowerCase());
              }}
            />
            {values.accentColour !== null && mayChange && (
              <button
                type="button"
                className="text-button"
                onClick={() => {
                  setTyped(null);
                  put('accentColour', null);
                }}
              >
                {t('branding.colour.usual')}
              </button>
            )}
            <Logo />
          </div>
        </Section>
        <Section title={t('branding.told')} lead={t('branding.told.why')}>
          <div className="form">
            {notes.map((name) => {
              const parts = {
                label: t(`branding.${name}`),
                description: t(`branding.${name}.why`),
                maxLength: MOST_NOTE_CHARACTERS,
                readOnly: !mayChange,
                error: errorOf(name),
                value: values[name] ?? '',
              };
              const onText = (text: string): void => put(name, text.trim() === '' ? null : text);
              return LONG_NOTES.includes(name) ? (
                <Textarea
                  key={name}
                  {...parts}
                  autosize
                  minRows={2}
                  onChange={(event) => onText(event.currentTarget.value)}
                />
              ) : (
                <TextInput
                  key={name}
                  {...parts}
                  type={name === 'privacyUrl' ? 'url' : 'text'}
                  onChange={(event) => onText(event.currentTarget.value)}
                />
              );
            })}
          </div>
        </Section>
      </div>
      <ApplicantPreview name={kept.name} settings={values} />
    </div>
  );
}

const KINDS = ['image/png', 'image/jpeg', 'image/webp'];

/** The picture is read here and travels with the other settings; the service looks at its content, not at its name. */
function Logo(): ReactNode {
  const { t } = useTexts();
  const {
    draft: { values, put },
    mayChange,
    errorOf,
  } = useSettings();
  const [refused, setRefused] = useState<string | null>(null);
  const take = (file: File | null): void => {
    if (file === null) return;
    if (!KINDS.includes(file.type)) return setRefused(t('settings.refused.not-a-picture'));
    if (file.size > MOST_LOGO_BYTES) return setRefused(t('settings.refused.too-large'));
    setRefused(null);
    const reader = new FileReader();
    reader.onload = () => put('logo', String(reader.result));
    reader.readAsDataURL(file);
  };
  const wrong = refused ?? errorOf('logo');
  return (
    <div className="logo-field">
      <span className="label">{t('branding.logo')}</span>
      <p className="quiet">{t('branding.logo.why')}</p>
      <div className="row">
        {values.logo !== null && <img className="logo" src={values.logo} alt={t('branding.logo.now')} />}
        {mayChange && (
          <FileButton accept={KINDS.join(',')} onChange={take} inputProps={{ 'aria-label': t('branding.logo.choose') }}>
            {(props) => (
              <Button variant="default" {...props}>
                {t('branding.logo.choose')}
              </Button>
            )}
          </FileButton>
        )}
        {mayChange && values.logo !== null && (
          <Button variant="subtle" color="red" onClick={() => put('logo', null)}>
            {t('branding.logo.remove')}
          </Button>
        )}
      </div>
      {wrong !== null && (
        <p className="wrong" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
