import { PDFDocument } from '@cantoo/pdf-lib';

/** A file as it stands, to be read or added to. Also for browsers: nothing in here is Node's. @throws when it is no PDF. */
export const openForUpdate = (pdf: Uint8Array): Promise<PDFDocument> =>
  PDFDocument.load(pdf, { forIncrementalUpdate: true, updateMetadata: false, throwOnInvalidObject: true });
