import { type ReactNode, createContext, use, useEffect, useMemo, useState } from 'react';
import { type Trouble, callForBytes, troubleOf } from '../api.ts';

/** Bytes that were fetched for one case, as addresses that only this page knows. */
type Files = { get(path: string): Promise<string> };

const FilesContext = createContext<Files | null>(null);

/**
 * Everything inside that shows a file of a case shares what was fetched; when it goes, so do the bytes: addresses are taken back and nothing
 * was ever put into the browser's cache. Give it a `key` that names the case.
 */
export function FilesOfCase({ children }: { readonly children: ReactNode }): ReactNode {
  const [shelf] = useState(() => new Map<string, Promise<string>>());
  useEffect(
    () => () => {
      for (const file of shelf.values()) void file.then(URL.revokeObjectURL, () => {});
      shelf.clear();
    },
    [shelf],
  );
  const files = useMemo<Files>(
    () => ({
      get(path) {
        const known = shelf.get(path);
        if (known !== undefined) return known;
        const fetched = callForBytes(path).then(URL.createObjectURL);
        shelf.set(path, fetched);
        fetched.catch(() => shelf.delete(path)); // asked for again when somebody looks again
        return fetched;
      },
    }),
    [shelf],
  );
  return <FilesContext value={files}>{children}</FilesContext>;
}

export type ShownFile = { readonly address: string | null; readonly trouble: Trouble | null };

/** @param path below `/panel/api/`; null: nothing is asked for. */
export function useFile(path: string | null): ShownFile {
  const files = use(FilesContext);
  const [shown, setShown] = useState<ShownFile & { readonly path: string | null }>(nothing);
  useEffect(() => {
    if (path === null || files === null) return undefined;
    let isWanted = true;
    files.get(path).then(
      (address) => isWanted && setShown({ path, address, trouble: null }),
      (error: unknown) => isWanted && setShown({ path, address: null, trouble: troubleOf(error) }),
    );
    return () => void (isWanted = false);
  }, [files, path]);
  return shown.path === path ? shown : nothing;
}

const nothing = { path: null, address: null, trouble: null };
