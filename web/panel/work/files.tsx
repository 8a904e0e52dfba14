import { type ReactNode, createContext, use, useEffect, useMemo, useState } from 'react';
import { type Trouble, callForBytes, troubleOf } from '../api.ts';

/** Bytes that were fetched for one case, as addresses that only this page knows. */
type Files = {
  /** @param isLater what nobody decides by at first sight waits until the rest of what was asked for by now is there. */
  get(path: string, isLater: boolean): Promise<string>;
};

const FilesContext = createContext<Files | null>(null);

/**
 * Everything inside that shows a file of a case shares what was fetched; when it goes, so do the bytes: addresses are taken back and nothing
 * was ever put into the browser's cache. Give it a `key` that names the case.
 */
export function FilesOfCase({ children }: { readonly children: ReactNode }): ReactNode {
  const [shelf] = useState(() => ({ files: new Map<string, Promise<string>>(), isOpen: true }));
  useEffect(() => {
    shelf.isOpen = true;
    return () => {
      shelf.isOpen = false;
      for (const file of shelf.files.values()) void file.then(URL.revokeObjectURL, () => {});
      shelf.files.clear();
    };
  }, [shelf]);
  const files = useMemo<Files>(() => {
    const wantedFirst = new Set<Promise<string>>();
    const fetchedOnce = (path: string): Promise<string> => {
      const known = shelf.files.get(path);
      if (known !== undefined) return known;
      const fetched = callForBytes(path).then(URL.createObjectURL);
      shelf.files.set(path, fetched);
      fetched.catch(() => shelf.files.delete(path)); // asked for again when somebody looks again
      return fetched;
    };
    return {
      async get(path, isLater) {
        if (isLater) {
          // Parts of a page ask from the inside out: whatever comes first has been asked for when all of them have.
          await Promise.resolve();
          await Promise.allSettled(wantedFirst);
          if (!shelf.isOpen) throw new DOMException('nobody looks at the case any more', 'AbortError');
          return fetchedOnce(path);
        }
        const fetched = fetchedOnce(path);
        wantedFirst.add(fetched);
        return fetched;
      },
    };
  }, [shelf]);
  return <FilesContext value={files}>{children}</FilesContext>;
}

export type ShownFile = { readonly address: string | null; readonly trouble: Trouble | null };

/** @param path below `/panel/api/`; null: nothing is asked for. @param isLater as `Files.get` has it. */
export function useFile(path: string | null, { isLater = false } = {}): ShownFile {
  const files = use(FilesContext);
  const [shown, setShown] = useState<ShownFile & { readonly path: string | null }>(nothing);
  useEffect(() => {
    if (path === null || files === null) return undefined;
    let isWanted = true;
    files.get(path, isLater).then(
      (address) => isWanted && setShown({ path, address, trouble: null }),
      (error: unknown) => isWanted && setShown({ path, address: null, trouble: troubleOf(error) }),
    );
    return () => void (isWanted = false);
  }, [files, path, isLater]);
  return shown.path === path ? shown : nothing;
}

const nothing = { path: null, address: null, trouble: null };
