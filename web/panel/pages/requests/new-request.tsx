import { Button, TextInput, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import {
  type NewRequestBody,
  createdRequestSchema,
  messagePreviewSchema,
} from '../../../../src/panel/request.schema.ts';
import type { z } from 'zod';
import { type Trouble, call, troubleOf } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useNotices } from '../../shell/notices.tsx';
import { useTroubleText } from '../../shell/trouble.ts';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

type Field = Exclude<keyof NewRequestBody, 'key'>;
const empty: Readonly<Record<Field, string>> = {
  phone: '',
  message: '',
  sender: '',
  requestedNumber: '',
  sendAt: '',
  reference: '',
};

/** Somebody to be verified: to whom, what they will read, and what it costs, before it goes out. */
export default function NewRequest(): ReactNode {
  const { w } = useWork();
  const { path } = useAccount();
  const { tell } = useNotices();
  const [, navigate] = useLocation();
  const [values, setValues] = useState(empty);
  // The same for this form however often it is sent: after an answer that was lost it is accepted once.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const send = useAction(
    async () => {
      const body = {
        key,
        ...Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== '')),
        ...(values.sendAt === '' ? {} : { sendAt: values.sendAt.replace('T', ' ') }),
      };
      const { id } = await call(path('requests'), { method: 'POST', body, answer: createdRequestSchema }).catch(
        (error: unknown) => {
          const trouble = troubleOf(error);
          if (trouble.problem === 'conflict' && trouble.why === 'key-reused') setKey(crypto.randomUUID());
          throw error;
        },
      );
      tell({ tone: 'good', text: w('new.done', { id }) });
      navigate(`/${id}`);
    },
    { quiet: true },
  );
  const change = (field: Field) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setValues((before) => ({ ...before, [field]: value }));
    if (send.trouble !== null) setKey(crypto.randomUUID()); // other values are another request
  };
  const refused = useRefusals(send.trouble);
  const submitted = (event: FormEvent): void => {
    event.preventDefault();
    void send.run();
  };
  const field = (name: Field) => ({
    label: w(`new.${name}`),
    description: w(`new.${name}.what`),
    value: values[name],
    onChange: change(name),
    error: refused.of(name),
  });
  return (
    <>
      <p className="way-back">
        <Link href="/">
          <Icon name="back" /> {w('requests.title')}
        </Link>
      </p>
      <PageHead title={w('new.title')} lead={w('new.lead')} />
      <form className="new-request" onSubmit={submitted} noValidate>
        <div className="new-fields">
          {refused.other !== null && (
            <p className="mark bad" role="alert">
              <Icon name="bad" /> {refused.other}
            </p>
          )}
          <TextInput
            {...field('phone')}
            type="tel"
            inputMode="tel"
            autoComplete="off"
            required
            withAsterisk={false}
            maxLength={60}
          />
          <Textarea {...field('message')} rows={3} maxLength={2000} />
          <TextInput {...field('sender')} maxLength={40} autoComplete="off" />
          <TextInput {...field('requestedNumber')} maxLength={40} autoComplete="off" spellCheck={false} />
          <TextInput {...field('reference')} maxLength={100} autoComplete="off" />
          <TextInput {...field('sendAt')} type="datetime-local" />
          <div className="row">
            <Button type="submit" loading={send.isRunning}>
              {w('new.go')}
            </Button>
            <Button component={Link} href="/" variant="default">
              {w('new.leave')}
            </Button>
          </div>
        </div>
        <MessagePreview message={values.message} />
      </form>
    </>
  );
}

/** What was refused, told beside the field that it is about; anything else for above the form. */
function useRefusals(trouble: Trouble | null): { of(field: Field): string | undefined; readonly other: string | null } {
  const { w, called } = useWork();
  const textOf = useTroubleText();
  if (trouble === null) return { of: () => undefined, other: null };
  const at = trouble.problem === 'value-refused' || trouble.problem === 'malformed' ? trouble.at : undefined;
  const why = 'why' in trouble ? trouble.why : undefined;
  const sentence = (why === undefined ? null : called('refused', why)) ?? textOf(trouble);
  const isField = at !== undefined && at in empty;
  return { of: (field) => (field === at ? sentence : undefined), other: isField ? null : sentence || w('new.failed') };
}

const PATIENCE_MS = 350;

/** The SMS as it goes out, cut into the parts that are charged. Asked for when the writing pauses. */
function MessagePreview({ message }: { readonly message: string }): ReactNode {
  const { w } = useWork();
  const { path } = useAccount();
  const [asked, setAsked] = useState(message);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(message), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [message]);
  const { value: preview } = useResource(`preview ${asked}`, (signal) =>
    call(path('requests/preview'), { method: 'POST', body: { message: asked }, answer: messagePreviewSchema, signal }),
  );
  const [shown, setShown] = useState<z.output<typeof messagePreviewSchema> | null>(null);
  useEffect(() => {
    if (preview !== null) setShown(preview);
  }, [preview]);
  return (
    <aside className="sms" aria-label={w('preview.title')} aria-live="polite">
      <h2>{w('preview.title')}</h2>
      {shown === null ? <p className="quiet">…</p> : <SmsShown preview={shown} />}
    </aside>
  );
}

export function SmsShown({ preview }: { readonly preview: z.output<typeof messagePreviewSchema> }): ReactNode {
  const { w, number } = useWork();
  const credits = (hundredths: number): string => number(hundredths / 100, { minimumFractionDigits: 2 });
  return (
    <>
      <ol className="sms-parts">
        {preview.parts.map((part, at) => (
          <li key={at}>
            <Untrusted text={part} keepsLines />
          </li>
        ))}
      </ol>
      <dl className="case-facts">
        <div>
          <dt>{w('preview.parts')}</dt>
          <dd>{number(preview.parts.length)}</dd>
        </div>
        <div>
          <dt>{w('preview.characters')}</dt>
          <dd>
            {number([...preview.text].length)} · {w(`preview.${preview.encoding}`)}
          </dd>
        </div>
        <div>
          <dt>{w('preview.costs')}</dt>
          <dd>{credits(preview.hundredths)}</dd>
        </div>
        <div>
          <dt>{w('preview.available')}</dt>
          <dd className={preview.availableHundredths < preview.hundredths ? 'mark bad' : undefined}>
            {preview.availableHundredths < preview.hundredths && <Icon name="bad" size={14} />}
            {credits(preview.availableHundredths)}
          </dd>
        </div>
      </dl>
    </>
  );
}
