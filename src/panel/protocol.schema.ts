import { z } from 'zod';

/**
 * What the panel's pages and the service say to each other. `web/panel` imports the `*.schema.ts` of this folder and nothing else of `src/`.
 *
 * [Note: The panel's calls]
 * Everything lies under `/panel/api/accounts/:account/…`, where `:account` is the account's ID; below, what comes after it. One that the
 * signed-in user may not see is answered like one that does not exist: 404. GET changes nothing; everything else is a POST with a JSON body.
 * What people type, phone numbers and documents among it, travels in bodies and never in an address. Instants are ISO 8601 in UTC, money is
 * whole hundredths of a credit, durations and places carry their unit in their name. All answers say `Cache-Control: no-store`.
 *
 * | call | body or query | answer | in |
 * |---|---|---|---|
 * | POST `requests/search` | `searchBody` | `requestPage`; changes nothing | request |
 * | GET `requests/changes?since=` | `changesQuery` | `requestChanges`: asked every few seconds while a list is open | request |
 * | POST `requests/export` | `exportBody` | `text/csv`, UTF-8 with a byte order mark, as a download | request |
 * | POST `requests/preview` | `previewBody` | `messagePreview`; changes nothing | request |
 * | POST `requests` | `newRequestBody` | 201 `createdRequest` | request |
 * | GET `requests/:id` | – | `requestDetail` | request |
 * | POST `requests/:id/cancel`, `requests/:id/resend` | `{}` | `requestDetail` | request |
 * | GET `requests/:id/certificate` | – | the PDF as a download; 404 while there is none | request |
 * | GET `requests/:id/callbacks` | – | `callbackList`, with each attempt's raw request and reply | callback |
 * | POST `requests/:id/callbacks/:number/resend` | `{}` | `callbackList` | callback |
 * | GET `requests/:id/evidence/:kind` | kind: `face-video`, `front`, `back` | the bytes as they were sent; `Range` for the video | case |
 * | GET `requests/:id/exhibits/:name` | a picture that `caseDetail` names | JPEG | case |
 * | GET `requests/:id/case` | – | `caseDetail` of any request that was assessed, for those who may look into all of them; to read only | case |
 * | GET `desk` | – | `deskOverview` | desk |
 * | POST `desk/next` | `nextBody` | `heldCase` or `{ case: null }`: the case in hand, or the next one, claimed | desk |
 * | GET `desk/case` | – | the same for the case in hand, changes nothing: after a reload | desk |
 * | POST `desk/cases/:id/keep` | `{}` | `{ leaseUntil }`: still at it; sent every minute | desk |
 * | POST `desk/cases/:id/leave` | `{}` | `deskOverview`; the case goes back to its queue | desk |
 * | POST `desk/cases/:id/rule` | `ruleBody` | `ruled`; the case is no longer in hand, and can be undone for ten seconds | desk |
 * | POST `desk/cases/:id/undo` | `{}` | `heldCase`: in hand again; another one that was is put back | desk |
 * | POST `desk/cases/:id/escalate` | `escalateBody` | `deskOverview`; the case goes to the supervisors | desk |
 * | POST `desk/cases/:id/notes` | `noteBody` | `{ notes }` | desk |
 * | GET `callback-endpoint` | – | `callbackSetup` | callback |
 * | POST `callback-endpoint` | `callbackEndpointBody` | `savedCallback`: with a secret that is shown this once | callback |
 * | POST `callback-endpoint/remove`, `…/enable`, `…/disable` | `{}` | `callbackSetup` | callback |
 * | POST `callback-endpoint/rotate-secret` | `rotateCallbackSecretBody` | `savedCallback` | callback |
 * | POST `callback-endpoint/test` | `{}` | `callbackTest`: what was sent and what came back | callback |
 * | POST `callback-endpoint/dismiss-notice` | `dismissNoticeBody` | `callbackSetup` | callback |
 * | GET `credits?before=` | `creditsQuery` | `creditsStatement` | figures |
 * | POST `credits/top-up` | `topUpBody` | `creditsStatement`; the installer only | figures |
 * | GET `figures?from=&to=` | `figuresQuery` | `figures` | figures |
 *
 * What each call needs of the user's role stands beside it in `work-table.ts`. A call that is refused answers `panelProblem`
 * of `problems.schema.ts`: `value-refused` with `at` and `why`, `conflict` with one of `conflicts` as `why`, `not-found` for whatever is not
 * there, or not there for this user.
 */
export const conflicts = [
  'too-late', // it has gone too far to be cancelled, sent again or undone
  'resent-too-often',
  'retaken-too-often',
  'test-applicant', // nobody is there who could be asked once more
  'not-in-hand', // the case is not, or no longer, in this user's hands
  'same-person', // nobody confirms what they proposed themselves
  'account-not-validated', // or it may not ask for verifications
  'credits-exhausted',
  'key-reused', // the same `key` with other values
  'evidence-erased',
  'evidence-damaged', // its bytes are not what they were: somebody must look into it
  'endpoint-missing', // there is no callback endpoint yet
] as const;
export type Conflict = (typeof conflicts)[number];

/** `why` of `value-refused`, by the field that `at` names: the parsers' own words, those of the contract's calls. The callback
 * endpoint's `url` has the words of `notification/webhook/`. */
export const refusedValues = {
  phone: [
    'phone-missing',
    'phone-characters',
    'phone-length',
    'phone-country-unknown',
    'phone-not-in-plan',
    'phone-premium',
    'phone-not-mobile',
  ],
  message: ['message-missing', 'message-characters', 'message-link', 'message-too-long'],
  sender: ['sender-missing', 'sender-characters', 'sender-too-long', 'sender-not-allowed'],
  requestedNumber: ['number-unreadable', 'number-too-long'],
  sendAt: ['date-unreadable', 'date-too-far'],
} as const;

/** A user of the panel as others see them; `name` is null where the user is gone. */
export const personSchema = z.object({ id: z.string(), name: z.string().nullable() });
export type Person = z.infer<typeof personSchema>;

export const instant = z.iso.datetime();
export const hundredths = z.number().int();
/** As digits. */
export const requestId = z.string().regex(/^\d{1,10}$/);
