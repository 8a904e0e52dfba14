-- Every key begins with the account: one schema for one machine and for many. No triggers carry rules, no statement spans accounts.

create table account (
  account_id bigint primary key,
  name text not null check (name <> ''),
  state text not null check (state in ('validated', 'unvalidated', 'disabled')),
  -- What differs from the service's defaults.
  settings jsonb not null,
  created_at timestamptz not null
);

create table api_token (
  account_id bigint not null references account,
  token_number integer not null check (token_number > 0),
  -- HMAC-SHA-256 under the installation's key; the token itself is shown once and kept nowhere.
  token_hmac bytea not null check (octet_length(token_hmac) = 32),
  created_at timestamptz not null,
  expires_at timestamptz,
  primary key (account_id, token_number)
);

-- The four books of an account, in hundredths of a credit. What is taken from one is given to another.
create table credit_balance (
  account_id bigint primary key references account,
  funding bigint not null default 0 check (funding <= 0),
  available bigint not null default 0 check (available >= 0),
  reserved bigint not null default 0 check (reserved >= 0),
  spent bigint not null default 0 check (spent >= 0),
  last_entry_number bigint not null default 0,
  check (funding + available + reserved + spent = 0)
);

create table verification (
  account_id bigint not null references account,
  verification_id integer not null check (verification_id > 0),
  state text not null check (state in ('requested', 'invited', 'lapsed')),
  -- The call that made it, so that a call whose COMMIT was not answered finds out.
  call_id uuid not null,
  requested_at timestamptz not null,
  updated_at timestamptz not null,
  phone text not null,
  sender text not null,
  message_template text not null,
  send_at timestamptz not null,
  send_at_text text,
  requested_number text,
  reference text,
  reserved_hundredths bigint not null check (reserved_hundredths > 0),
  link_lifetime_hours integer not null check (link_lifetime_hours > 0),
  invitations integer not null default 1 check (invitations > 0),
  invited_at timestamptz,
  link_expires_at timestamptz,
  lapsed_at timestamptz,
  lapse_reason text check (lapse_reason in ('cancelled', 'undeliverable', 'expired')),
  primary key (account_id, verification_id),
  check (state <> 'invited' or (invited_at is not null and link_expires_at is not null)),
  check ((state = 'lapsed') = (lapsed_at is not null) and (lapsed_at is null) = (lapse_reason is null))
);

create table credit_entry (
  account_id bigint not null,
  entry_number bigint not null check (entry_number > 0),
  kind text not null check (kind in ('top-up', 'withdrawal', 'reserve', 'post', 'void')),
  hundredths bigint not null check (hundredths > 0),
  verification_id integer,
  note text,
  entered_at timestamptz not null,
  primary key (account_id, entry_number),
  foreign key (account_id) references credit_balance,
  foreign key (account_id, verification_id) references verification,
  check ((kind in ('reserve', 'post', 'void')) = (verification_id is not null))
);
-- One reservation and one settlement for each verification, whatever the program believes.
create unique index credit_entry_once on credit_entry (account_id, verification_id, (kind = 'reserve')) where verification_id is not null;

create table idempotency_key (
  account_id bigint not null,
  key_digest bytea not null check (octet_length(key_digest) = 32),
  parameters_digest bytea not null check (octet_length(parameters_digest) = 32),
  verification_id integer not null,
  available_hundredths bigint not null,
  created_at timestamptz not null,
  primary key (account_id, key_digest),
  foreign key (account_id, verification_id) references verification
);

create index idempotency_key_age on idempotency_key (account_id, created_at);

-- Every step after the acceptance, in its order.
create table verification_event (
  account_id bigint not null,
  verification_id integer not null,
  event_number integer not null check (event_number > 0),
  state text not null,
  happened_at timestamptz not null,
  primary key (account_id, verification_id, event_number),
  foreign key (account_id, verification_id) references verification
);

create table invitation (
  account_id bigint not null,
  verification_id integer not null,
  invitation_number integer not null check (invitation_number > 0),
  state text not null check (state in ('waiting', 'sending', 'handed-over', 'delivered', 'undeliverable')),
  segments integer not null check (segments > 0),
  -- The finished text, sealed under the installation's key, from the first attempt until the gateway has it.
  sealed_text bytea,
  attempts integer not null default 0,
  -- Attempts whose outcome nobody knows: the message may have gone out more than once.
  uncertain_attempts integer not null default 0,
  gateway text,
  gateway_message_ids text[],
  failure_code text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (account_id, verification_id, invitation_number),
  foreign key (account_id, verification_id) references verification
);

create table link (
  account_id bigint not null,
  -- SHA-256 of the token in the link; the token itself is in the message only.
  token_digest bytea not null check (octet_length(token_digest) = 32),
  verification_id integer not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (account_id, token_digest),
  foreign key (account_id, verification_id) references verification
);
create index link_of_verification on link (account_id, verification_id);

-- A directory, keyed by what a gateway's receipt tells: its own number for the message. It says whose message that is and nothing else.
create table gateway_message (
  gateway text not null,
  gateway_message_id text not null,
  account_id bigint not null,
  verification_id integer not null,
  invitation_number integer not null,
  handed_over_at timestamptz not null,
  primary key (gateway, gateway_message_id)
);

-- One row: which installation's key this database belongs to.
create table installation (
  is_one boolean primary key default true check (is_one),
  key_fingerprint text not null,
  created_at timestamptz not null
);
