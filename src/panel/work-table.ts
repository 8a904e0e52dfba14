import { z } from 'zod';
import { callbackEndpointBody, dismissNoticeBody, rotateCallbackSecretBody } from './callback.schema.ts';
import { roundQuery } from './case.schema.ts';
import { escalateBody, nextBody, noteBody, ruleBody } from './desk.schema.ts';
import { creditsQuery, figuresQuery, topUpBody } from './figures.schema.ts';
import { changesQuery, exportBody, newRequestBody, previewBody, searchBody } from './request.schema.ts';
import type { PanelRouteTable } from './route-table.ts';

const nothing = z.strictObject({});
const own = { scope: 'own-account' } as const;

/** Requests of an account, as a list and one by one. */
export const requestTable = {
  searchRequests: { ...own, permission: 'requests.read', method: 'POST', path: 'requests/search', body: searchBody },
  requestChanges: { ...own, permission: 'requests.read', method: 'GET', path: 'requests/changes', query: changesQuery },
  exportRequests: { ...own, permission: 'requests.export', method: 'POST', path: 'requests/export', body: exportBody },
  previewMessage: {
    ...own,
    permission: 'requests.create',
    method: 'POST',
    path: 'requests/preview',
    body: previewBody,
  },
  createRequest: { ...own, permission: 'requests.create', method: 'POST', path: 'requests', body: newRequestBody },
  readRequest: { ...own, permission: 'requests.read', method: 'GET', path: 'requests/:id' },
  cancelRequest: { ...own, permission: 'requests.cancel', method: 'POST', path: 'requests/:id/cancel', body: nothing },
  resendRequest: { ...own, permission: 'requests.resend', method: 'POST', path: 'requests/:id/resend', body: nothing },
  readCertificate: { ...own, permission: 'certificates.read', method: 'GET', path: 'requests/:id/certificate' },
} as const satisfies PanelRouteTable;

/** What applicants sent and what the engine made of it. */
export const evidenceTable = {
  readEvidence: {
    ...own,
    permission: 'evidence.view',
    method: 'GET',
    path: 'requests/:id/evidence/:kind',
    query: roundQuery,
  },
  readExhibit: {
    ...own,
    permission: 'evidence.view',
    method: 'GET',
    path: 'requests/:id/exhibits/:name',
    query: roundQuery,
  },
  readCase: { ...own, permission: 'evidence.view', method: 'GET', path: 'requests/:id/case', query: roundQuery },
} as const satisfies PanelRouteTable;

/** The desk where people rule. */
export const deskTable = {
  readDesk: { ...own, permission: 'desk.work', method: 'GET', path: 'desk' },
  nextCase: { ...own, permission: 'desk.work', method: 'POST', path: 'desk/next', body: nextBody },
  caseInHand: { ...own, permission: 'desk.work', method: 'GET', path: 'desk/case' },
  keepCase: { ...own, permission: 'desk.work', method: 'POST', path: 'desk/cases/:id/keep', body: nothing },
  leaveCase: { ...own, permission: 'desk.work', method: 'POST', path: 'desk/cases/:id/leave', body: nothing },
  ruleCase: { ...own, permission: 'desk.work', method: 'POST', path: 'desk/cases/:id/rule', body: ruleBody },
  undoRuling: { ...own, permission: 'desk.work', method: 'POST', path: 'desk/cases/:id/undo', body: nothing },
  escalateCase: {
    ...own,
    permission: 'desk.work',
    method: 'POST',
    path: 'desk/cases/:id/escalate',
    body: escalateBody,
  },
  noteCase: { ...own, permission: 'desk.work', method: 'POST', path: 'desk/cases/:id/notes', body: noteBody },
} as const satisfies PanelRouteTable;

/** Callbacks of one request, and the endpoint they go to. */
export const callbackTable = {
  readCallbacks: { ...own, permission: 'callbacks.read', method: 'GET', path: 'requests/:id/callbacks' },
  resendCallback: {
    ...own,
    permission: 'callbacks.resend',
    method: 'POST',
    path: 'requests/:id/callbacks/:number/resend',
    body: nothing,
  },
  readCallbackSetup: { ...own, permission: 'callbacks.read', method: 'GET', path: 'callback-endpoint' },
  saveCallbackEndpoint: {
    ...own,
    permission: 'callbacks.manage',
    method: 'POST',
    path: 'callback-endpoint',
    body: callbackEndpointBody,
  },
  removeCallbackEndpoint: {
    ...own,
    permission: 'callbacks.manage',
    method: 'POST',
    path: 'callback-endpoint/remove',
    body: nothing,
  },
  enableCallbackEndpoint: {
    ...own,
    permission: 'callbacks.manage',
    method: 'POST',
    path: 'callback-endpoint/enable',
    body: nothing,
  },
  disableCallbackEndpoint: {
    ...own,
    permission: 'callbacks.manage',
    method: 'POST',
    path: 'callback-endpoint/disable',
    body: nothing,
  },
  rotateCallbackSecret: {
    ...own,
    permission: 'callbacks.manage',
    method: 'POST',
    path: 'callback-endpoint/rotate-secret',
    body: rotateCallbackSecretBody,
  },
  testCallbackEndpoint: {
    ...own,
    permission: 'callbacks.manage',
    method: 'POST',
    path: 'callback-endpoint/test',
    body: nothing,
  },
  dismissCallbackNotice: {
    ...own,
    permission: 'callbacks.manage',
    method: 'POST',
    path: 'callback-endpoint/dismiss-notice',
    body: dismissNoticeBody,
  },
} as const satisfies PanelRouteTable;

/** Credits and the numbers that matter. */
export const figureTable = {
  readCredits: { ...own, permission: 'credits.read', method: 'GET', path: 'credits', query: creditsQuery },
  topUpCredits: { ...own, permission: 'credits.top-up', method: 'POST', path: 'credits/top-up', body: topUpBody },
  readFigures: { ...own, permission: 'statistics.read', method: 'GET', path: 'figures', query: figuresQuery },
} as const satisfies PanelRouteTable;

/** The daily work of an account. What each call says: [Note: The panel's calls]. */
export const workTable = {
  ...requestTable,
  ...evidenceTable,
  ...deskTable,
  ...callbackTable,
  ...figureTable,
} as const satisfies PanelRouteTable;
