import { Button, Group, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type RequestDetail, requestDetailSchema } from '../../../../src/panel/request.schema.ts';
import { addressOf, call, troubleOf } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useNotices } from '../../shell/notices.tsx';
import { useTexts } from '../../shell/text.tsx';
import { useTroubleText } from '../../shell/trouble.ts';
import { FilesOfCase } from '../../work/files.tsx';
import { StateMark } from '../../work/state-mark.tsx';
import { useWork } from '../../work/texts.tsx';
import { Notes } from '../desk/case-view.tsx';
import { DeviceFacts, Earlier } from '../desk/circumstances.tsx';
import { PlaceShown } from '../desk/place.tsx';
import { Callbacks } from './callbacks.tsx';
import { Evidence } from './evidence.tsx';
import { Found } from './found.tsx';
import { Credits, Facts, Invitations, TimeLine } from './request-facts.tsx';
import '../desk/desk.css';

/** All that happened with one request, and what can still be done about it. */
export default function OneRequest({ id }: { readonly id: string }): ReactNode {
  const { w } = useWork();
  const { path } = useAccount();
  const asked = useResource(`request ${id}`, (signal) =>
    call(path(`requests/${encodeURIComponent(id)}`), { answer: requestDetailSchema, signal }),
  );
  return (
    <>
      <p className="way-back">
        <Link href="/">
          <Icon name="back" /> {w('requests.title')}
        </Link>
      </p>
      <OfResource resource={asked}>
        {(detail) => (
          <FilesOfCase key={id}>
            <Whole detail={detail} onChanged={asked.replace} onReload={asked.reload} />
          </FilesOfCase>
        )}
      </OfResource>
    </>
  );
}

type WholeProps = {
  readonly detail: RequestDetail;
  readonly onChanged: (detail: RequestDetail) => void;
  readonly onReload: () => void;
};

function Whole({ detail, onChanged, onReload }: WholeProps): ReactNode {
  const { w } = useWork();
  const { may } = useAccount();
  const { request, opening } = detail;
  return (
    <div className="one-request">
      <PageHead
        title={w('request.title', { id: request.id })}
        lead={
          <>
            <StateMark request={request} />
            {request.rejection !== null && <> {w(`rejection.${request.rejection}`)}</>}
          </>
        }
        actions={<Actions detail={detail} onChanged={onChanged} onReload={onReload} />}
      />
      <div className="request-columns">
        <div>
          <Section title={w('request.facts')}>
            <Facts detail={detail} />
          </Section>
          {detail.assessment !== null && (
            <Section
              title={w('found.title')}
              actions={
                detail.maySeeEvidence && (
                  <Link href={`/${request.id}/case`}>
                    {w('found.all')} <Icon name="next" size={16} />
                  </Link>
                )
              }
            >
              <Found assessment={detail.assessment} ruling={detail.ruling} />
            </Section>
          )}
          <Section title={w('evidence.title')}>
            <Evidence detail={detail} />
          </Section>
          {may('callbacks.read') && (
            <Section title={w('callbacks.title')} lead={w('callbacks.lead')}>
              <Callbacks id={request.id} />
            </Section>
          )}
          {detail.notes.length > 0 && (
            <div className="section">
              <Notes notes={detail.notes} />
            </div>
          )}
        </div>
        <div>
          <Section title={w('timeline.title')}>
            <TimeLine timeline={detail.timeline} />
          </Section>
          <Section title={w('sms.title')}>
            <Invitations detail={detail} />
          </Section>
          <Section title={w('credits.title')}>
            <Credits credits={detail.credits} />
          </Section>
          {opening !== null && (
            <>
              <Section title={w('place.title')}>
                <PlaceShown place={opening.place} />
              </Section>
              <Section title={w('device.title')}>
                <DeviceFacts opening={opening} facts={[]} />
              </Section>
            </>
          )}
          <Section title={w('earlier.title')}>
            <Earlier earlier={detail.earlier} />
          </Section>
        </div>
      </div>
    </div>
  );
}

function Actions({ detail, onChanged, onReload }: WholeProps): ReactNode {
  const { w } = useWork();
  const { t } = useTexts();
  const { may, path } = useAccount();
  const { tell } = useNotices();
  const textOf = useTroubleText();
  const [isAsked, setAsked] = useState(false);
  const { id } = detail.request;
  const act = useAction(
    async (what: 'cancel' | 'resend') => {
      try {
        onChanged(
          await call(path(`requests/${id}/${what}`), { method: 'POST', body: {}, answer: requestDetailSchema }),
        );
        tell({ tone: 'good', text: w(`${what}.done`) });
      } catch (error) {
        const trouble = troubleOf(error);
        const why = trouble.problem === 'conflict' ? trouble.why : undefined;
        tell({
          tone: 'bad',
          text:
            why === 'too-late' || why === 'resent-too-often' || why === 'credits-exhausted'
              ? w(`conflict.${why}`)
              : textOf(trouble),
        });
        if (trouble.problem === 'conflict') onReload();
      }
      setAsked(false);
    },
    { quiet: true },
  );
  return (
    <>
      {detail.hasCertificate && may('certificates.read') && (
        <Button
          component="a"
          href={addressOf(path(`requests/${id}/certificate`))}
          download
          variant="default"
          leftSection={<Icon name="download" />}
        >
          {w('request.certificate')}
        </Button>
      )}
      {detail.mayResend && may('requests.resend') && (
        <Button
          variant="default"
          loading={act.isRunning}
          onClick={() => void act.run('resend')}
          leftSection={<Icon name="reload" />}
        >
          {w('resend.go')}
        </Button>
      )}
      {detail.mayCancel && may('requests.cancel') && (
        <Button variant="default" onClick={() => setAsked(true)} leftSection={<Icon name="bad" />}>
          {w('cancel.go')}
        </Button>
      )}
      {isAsked && (
        <Modal
          opened
          onClose={() => setAsked(false)}
          title={w('cancel.title', { id })}
          closeButtonProps={{ 'aria-label': t('common.close') }}
        >
          <p>{w('cancel.what')}</p>
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={() => setAsked(false)} data-autofocus>
              {w('cancel.not')}
            </Button>
            <Button
              variant="default"
              className="says-no"
              loading={act.isRunning}
              onClick={() => void act.run('cancel')}
            >
              {w('cancel.go')}
            </Button>
          </Group>
        </Modal>
      )}
    </>
  );
}
