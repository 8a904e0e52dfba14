-- The applicant's way: from the opened link to the assessed evidence.

alter table verification drop constraint verification_state_check;
alter table verification add constraint verification_state_check
  check (state in ('requested', 'invited', 'opened', 'capturing', 'submitted', 'assessed', 'lapsed'));

-- What the applicant brought by beginning: consent, device, accesses, place.
alter table verification add column opening jsonb;
-- The furthest piece that was asked for, and the kind of document that was chosen.
alter table verification add column asks_for text check (asks_for in ('face', 'front', 'back'));
alter table verification add column document_kind text check (document_kind in ('id-card', 'passport', 'other'));
alter table verification add column submitted_at timestamptz;
alter table verification add column assessed_at timestamptz;
alter table verification add column assessment jsonb;

alter table verification add constraint verification_opening_check
  check (state not in ('opened', 'capturing', 'submitted', 'assessed') or (invited_at is not null and opening is not null));
alter table verification add constraint verification_capturing_check
  check (state not in ('capturing', 'submitted', 'assessed') or asks_for is not null);
alter table verification add constraint verification_submitted_check
  check (state not in ('submitted', 'assessed') or submitted_at is not null);
alter table verification add constraint verification_assessed_check
  check ((state = 'assessed') <= (assessed_at is not null and assessment is not null));

-- What was known when a step was taken: a callback that is sent later says what was true then.
alter table verification_event add column opening jsonb;

-- Which device may go on, and how often it took what. The device's key is in a cookie of that device; here is its SHA-256.
create table capture (
  account_id bigint not null,
  verification_id integer not null,
  key_digest bytea not null check (octet_length(key_digest) = 32),
  -- The link it came by: a newer one, that a further message brought, may bind another device.
  token_digest bytea not null check (octet_length(token_digest) = 32),
  bound_at timestamptz not null,
  front_takes integer not null default 0,
  back_takes integer not null default 0,
  primary key (account_id, verification_id),
  foreign key (account_id, verification_id) references verification,
  foreign key (account_id, token_digest) references link
);

-- One filming of the face under one challenge.
create table face_attempt (
  account_id bigint not null,
  verification_id integer not null,
  attempt_number integer not null check (attempt_number > 0),
  begun_at timestamptz not null,
  -- As drawn: gestures, their moments, colours.
  challenge jsonb not null,
  -- When each step was told, ms after begun_at.
  told_at_ms integer[] not null default '{}',
  -- The recording among the evidence, from its first chunk on.
  item_number integer,
  chunks integer not null default 0,
  recorded_ms integer not null default 0,
  -- The latest moment at which the recording can have begun, ms after begun_at, as the arrival of its chunks shows.
  begins_by_ms integer,
  -- When each step was on the screen, ms of the recording, once it is finished.
  shown jsonb,
  ended_at timestamptz,
  -- Null with ended_at: it is whole.
  void_reason text,
  primary key (account_id, verification_id, attempt_number),
  foreign key (account_id, verification_id) references verification,
  check (void_reason is null or ended_at is not null)
);
