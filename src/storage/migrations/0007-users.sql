-- People who work in the panel, and what was done there.
--
-- People are not an account's: one may belong to several. What is kept of them is small and is looked up by themselves; on a distributed
-- database these tables are kept whole on every machine. Their keys begin with the person, or with the digest of a secret that names one.

create table panel_user (
  user_id uuid primary key,
  -- What they sign in with, in lower case.
  name text not null unique check (name <> ''),
  state text not null check (state in ('active', 'disabled')),
  is_installer boolean not null,
  language text not null check (language in ('es', 'en')),
  -- A PHC string.
  password_hash text,
  -- The authenticator app's secret, sealed under the installation's key, and the last time step whose code was taken: none is taken twice.
  sealed_totp_secret bytea,
  totp_last_step bigint not null default 0,
  created_at timestamptz not null,
  -- A password alone lets nobody in.
  check ((password_hash is null) = (sealed_totp_secret is null))
);

create table membership (
  user_id uuid not null references panel_user,
  account_id bigint not null,
  role text not null check (role in ('operator', 'supervisor', 'auditor', 'administrator')),
  is_disabled boolean not null default false,
  created_at timestamptz not null,
  primary key (user_id, account_id)
);
create index membership_of_account on membership (account_id);

-- Stand in for the authenticator app, once each. HMAC-SHA-256 under the installation's key.
create table recovery_code (
  user_id uuid not null references panel_user,
  code_hmac bytea not null check (octet_length(code_hmac) = 32),
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (user_id, code_hmac)
);

create table passkey (
  user_id uuid not null references panel_user,
  credential_id text not null check (credential_id <> ''),
  public_key bytea not null,
  -- How often the authenticator says it was used; many always say 0.
  signature_count bigint not null,
  transports text[] not null,
  label text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  primary key (user_id, credential_id)
);

-- SHA-256 of the token in the cookie; the token itself is in the browser only.
create table panel_session (
  token_digest bytea primary key check (octet_length(token_digest) = 32),
  user_id uuid not null references panel_user,
  signed_in_by text not null check (signed_in_by in ('passkey', 'password', 'recovery-code', 'single-sign-on')),
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  ends_at timestamptz not null,
  ended_at timestamptz
);
create index panel_session_of_user on panel_session (user_id, created_at);

-- Links by which somebody sets how they sign in, for the first time or anew. One use each.
create table sign_up_link (
  token_digest bytea primary key check (octet_length(token_digest) = 32),
  user_id uuid not null references panel_user,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_up_link_of_user on sign_up_link (user_id);

-- What the service handed out to be answered once (a passkey's challenge, a sign-in elsewhere), when it was: a second answer is refused.
create table spent_state (
  state_digest bytea primary key check (octet_length(state_digest) = 32),
  expires_at timestamptz not null
);
create index spent_state_age on spent_state (expires_at);

-- What was done, one entry after the other, each bound to the one before it by its hash. Never changed.
create table audit_entry (
  account_id bigint not null references account,
  entry_number bigint not null check (entry_number > 0),
  at timestamptz not null,
  -- 'user' with who it was; 'command': at the machine itself; 'service': by itself.
  actor text not null check (actor in ('user', 'command', 'service')),
  user_id uuid,
  action text not null check (action <> ''),
  object text,
  detail jsonb not null,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  entry_hash bytea not null check (octet_length(entry_hash) = 32),
  primary key (account_id, entry_number),
  check ((actor = 'user') = (user_id is not null))
);

-- The last entry's number and hash, sealed under the installation's key: entries cut off at the end are missed.
create table audit_head (
  account_id bigint primary key references account,
  entry_number bigint not null check (entry_number >= 0),
  entry_hash bytea not null check (octet_length(entry_hash) = 32),
  seal bytea not null check (octet_length(seal) = 32)
);
