import type { RefObject } from 'preact';
import { plainText } from '../../src/certificate/plain-text.ts';
import type { Statement } from '../../src/certificate/statement.ts';
import { checks, type Checked } from './checked.ts';
import { filled, texts, type Language, type Texts } from './languages.ts';

type Props = {
  readonly checked: Checked;
  readonly language: Language;
  readonly heading: RefObject<HTMLHeadingElement | null>;
};

/** Texts of the file: nothing in them may change how the page reads. */
const shown = (text: string): string => plainText(text, () => true);

export function Report({ checked, language, heading }: Props) {
  const t = texts[language];
  const { statement } = checked;
  return (
    <>
      <section class={`verdict ${checked.holds ? 'holds' : 'broken'}`}>
        <h2 ref={heading} tabIndex={-1}>
          <span aria-hidden="true">{checked.holds ? '✓ ' : '✗ '}</span>
          {checked.holds ? t.holds : t.broken}
        </h2>
        <p>{checked.holds ? t.holdsLead : t.brokenLead}</p>
        {statement?.isTest === true && <p class="warning">{t.test}</p>}
        {statement?.issuer.isDemonstration === true && <p class="warning">{t.demonstration}</p>}
      </section>
      <section>
        <h3>{t.checked}</h3>
        <ul class="checks">
          {checks
            .filter((name) => checked.results[name] !== undefined)
            .map((name) => (
              <li key={name} class={checked.results[name] === true ? 'holds' : 'broken'}>
                <span class="mark" role="img" aria-label={checked.results[name] === true ? t.yes : t.no}>
                  {checked.results[name] === true ? '✓' : '✗'}
                </span>
                {t.checks[name]}
              </li>
            ))}
        </ul>
      </section>
      {statement !== null && (
        <section>
          <h3>{t.says}</h3>
          <Said statement={statement} checked={checked} t={t} language={language} />
        </section>
      )}
      <section>
        <h3>{t.notChecked}</h3>
        <ul>
          {t.notCheckedList.map((sentence, at) => (
            <li key={at}>
              {filled(sentence, { root: shown(checked.signer?.root ?? t.noRoot) })}
              {at === 0 && checked.signer !== null && checked.signer.rootSha256 !== null && (
                <code>{checked.signer.rootSha256}</code>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t.yourself}</h3>
        <p>{t.yourselfLead}</p>
        <dl class="commands">
          <Command line="pdfsig certificado.pdf" what={t.commands.pdfsig} />
          <Command line="openssl dgst -sha256 certificado.pdf" what={t.commands.openssl} />
          <Command line="cotejo verify-certificate certificado.pdf" what={t.commands.cotejo} />
        </dl>
        <dl class="digests">
          <dt>{t.digestFile}</dt>
          <dd>
            <code>{checked.sha256}</code>
          </dd>
          {checked.statementSha256 !== null && <dt>{t.digestStatement}</dt>}
          {checked.statementSha256 !== null && (
            <dd>
              <code>{checked.statementSha256}</code>
            </dd>
          )}
        </dl>
      </section>
    </>
  );
}

function Command({ line, what }: { readonly line: string; readonly what: string }) {
  return (
    <>
      <dt>
        <code>{line}</code>
      </dt>
      <dd>{what}</dd>
    </>
  );
}

type SaidProps = {
  readonly statement: Statement;
  readonly checked: Checked;
  readonly t: Texts;
  readonly language: Language;
};

function Said({ statement, checked, t, language }: SaidProps) {
  const { document, ruling } = statement;
  const field = (name: string): string => document?.fields.find((own) => own.name === name)?.text ?? '';
  const person = [field('givenNames'), field('surnames')].filter((part) => part !== '').join(' ');
  const time = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'medium',
    timeZone: statement.timeZone,
  });
  const rows: readonly (readonly [string, string])[] = [
    [t.person, person === '' ? t.notRead : shown(person)],
    [t.document, field('documentNumber') === '' ? t.notRead : shown(field('documentNumber'))],
    [t.askedBy, shown(statement.askedBy.name)],
    [t.verification, String(statement.id)],
    [t.ruledBy, ruling.by === 'machine' ? t.machine : shown(`${ruling.operator}, ${ruling.role}`)],
    ...(checked.signer === null ? [] : [[t.signedBy, shown(checked.signer.name)] as const]),
    ...checked.stamps.map(
      ({ at, authority }, number) =>
        [
          number === 0 ? t.signatureStamped : t.fileStamped,
          filled(t.stampedBy, { at: time.format(at), authority: shown(authority) }),
        ] as const,
    ),
  ];
  return (
    <dl class="said">
      {rows.map(([name, value], at) => (
        <div key={at}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
