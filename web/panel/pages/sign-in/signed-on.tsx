import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { Loading } from '../../parts/loading.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useSession } from '../../shell/session.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Entrance } from './entrance.tsx';
import { comeBack } from './single-sign-on.ts';

/** Where the company's own sign-in sends people back to. */
export default function SignedOn(): ReactNode {
  const { t } = useTexts();
  const { begin } = useSession();
  const [location, navigate] = useLocation();
  const coming = useAction(
    async () => {
      const { search } = window.location;
      navigate(location, { replace: true }); // what came along is for nobody's history
      begin(await comeBack(search));
      navigate('/', { replace: true });
    },
    { quiet: true },
  );
  const hasBegun = useRef(false);
  useEffect(() => {
    if (hasBegun.current) return;
    hasBegun.current = true;
    void coming.run();
  }, [coming]);
  return (
    <Entrance title={t('sign-in.title')}>
      {coming.trouble === null ? (
        <Loading />
      ) : (
        <TroubleShown trouble={coming.trouble} onAgain={() => navigate('/', { replace: true })} />
      )}
    </Entrance>
  );
}
