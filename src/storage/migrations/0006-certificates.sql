-- Signed certificates: where each file lies and what its digests are. A key of its own opens it, so that it can outlive the evidence.

create table certificate (
  account_id bigint not null,
  verification_id integer not null,
  -- Locked under the installation's key. Null: destroyed, and the file with it.
  wrapped_key bytea,
  blob_name text not null,
  -- The whole file, renewals of its time-stamp included.
  byte_length integer not null,
  sha256 bytea not null check (octet_length(sha256) = 32),
  issued_at timestamptz not null,
  -- Its beginning as it was issued: what companies are handed, the same bytes for ever.
  issued_byte_length integer not null check (issued_byte_length > 0),
  issued_sha256 bytea not null check (octet_length(issued_sha256) = 32),
  -- When the certificate of its last time-stamp ends.
  renew_before timestamptz not null,
  renewals integer not null default 0,
  renewed_at timestamptz,
  erased_at timestamptz,
  -- The encrypted bytes are removed too.
  cleared_at timestamptz,
  primary key (account_id, verification_id),
  foreign key (account_id, verification_id) references verification,
  check ((wrapped_key is null) = (erased_at is not null)),
  check (byte_length >= issued_byte_length),
  check (cleared_at is null or erased_at is not null)
);
create index certificate_renewal on certificate (account_id, renew_before) where erased_at is null;
create index certificate_age on certificate (account_id, issued_at) where erased_at is null;

-- What stood in the way of a certificate that is still to be made.
create table certificate_attempt (
  account_id bigint not null,
  verification_id integer not null,
  attempts integer not null check (attempts > 0),
  begun_at timestamptz not null,
  last_at timestamptz not null,
  hindrance text,
  primary key (account_id, verification_id),
  foreign key (account_id, verification_id) references verification
);

-- The receipt of an erasure: what was destroyed, when and why. It stays.
create table certificate_erasure (
  account_id bigint not null,
  verification_id integer not null,
  erased_at timestamptz not null,
  reason text not null check (reason <> ''),
  byte_length integer not null,
  sha256 bytea not null check (octet_length(sha256) = 32),
  primary key (account_id, verification_id),
  foreign key (account_id, verification_id) references certificate
);
