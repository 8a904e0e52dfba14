-- Callbacks: whom an account has told of its verifications, and what of that was told.

create table callback_endpoint (
  account_id bigint primary key references account,
  url text not null,
  encoding text not null check (encoding in ('json', 'urlencoded', 'multipart')),
  payload text not null check (payload in ('strings', 'typed')),
  -- User and password of Basic authentication, and what signs: sealed under the installation's key.
  sealed_credentials bytea,
  sealed_secret bytea not null,
  secret_since timestamptz not null,
  sealed_previous_secret bytea,
  previous_secret_until timestamptz,
  saved_at timestamptz not null,
  disabled_reason text check (disabled_reason in ('gone', 'failing', 'by-hand')),
  disabled_since timestamptz,
  -- Since when nothing succeeded although something was tried.
  failing_since timestamptz,
  -- Grows with every change that a worker has to hear of.
  version integer not null check (version > 0),
  check ((disabled_reason is null) = (disabled_since is null)),
  check ((sealed_previous_secret is null) = (previous_secret_until is null))
);

-- Which worker has the deliveries of an account in hand, and until when, by the clock of the database, unless it says that it still does.
create table callback_turn (
  account_id bigint primary key references callback_endpoint on delete cascade,
  holder uuid not null,
  held_until timestamptz not null
);

-- One change that is to be told, written with the change. What is told of it is composed from the event when it is sent.
create table callback_delivery (
  account_id bigint not null,
  verification_id integer not null,
  event_number integer not null,
  told_at timestamptz not null,
  state text not null check (state in ('new', 'waiting', 'held', 'delivered', 'dead', 'passed-over')),
  attempts integer not null default 0 check (attempts >= 0),
  -- Those of them that failed by schedule.
  failures integer not null default 0 check (failures >= 0),
  due_at timestamptz not null,
  settled_at timestamptz,
  primary key (account_id, verification_id, event_number),
  foreign key (account_id, verification_id, event_number) references verification_event,
  check ((state in ('delivered', 'dead', 'passed-over')) = (settled_at is not null))
);
create index callback_delivery_new on callback_delivery (account_id, told_at, verification_id, event_number) where state = 'new';
create index callback_delivery_waiting on callback_delivery (account_id, told_at, verification_id, event_number) where state = 'waiting';
create index callback_delivery_told on callback_delivery (account_id, told_at);

-- What was sent, but for the body, which is known by its digest, and the password; and what came back.
create table callback_attempt (
  account_id bigint not null,
  verification_id integer not null,
  event_number integer not null,
  attempt_number integer not null check (attempt_number > 0),
  began_at timestamptz not null,
  duration_ms integer not null,
  outcome text not null check (outcome <> ''),
  status integer,
  url text not null,
  headers jsonb not null,
  payload text not null check (payload in ('strings', 'typed')),
  body_sha256 bytea not null check (octet_length(body_sha256) = 32),
  -- The beginning of the reply, sealed under the installation's key: receivers repeat what they were told. It goes with the evidence.
  sealed_reply bytea,
  primary key (account_id, verification_id, event_number, attempt_number),
  foreign key (account_id, verification_id, event_number) references callback_delivery
);

-- What somebody of the account should know.
create table callback_notice (
  account_id bigint not null references account,
  kind text not null check (kind in ('disabled-gone', 'disabled-failing', 'dead-letter')),
  notice_number integer not null check (notice_number > 0),
  raised_at timestamptz not null,
  latest_at timestamptz not null,
  count integer not null check (count > 0),
  dismissed_at timestamptz,
  primary key (account_id, kind, notice_number)
);
