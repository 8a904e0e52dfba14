-- What applicants send. Bytes lie in a folder or an S3 store, encrypted; here is what they are and the key, locked under the installation's.

create table evidence_set (
  account_id bigint not null,
  verification_id integer not null,
  -- The verification's own key, wrapped. Null: destroyed, and with it everything that was sealed under it.
  wrapped_key bytea,
  created_at timestamptz not null,
  -- From then on nothing is added; the digest is over the items that count.
  sealed_at timestamptz,
  sealed_sha256 bytea check (octet_length(sealed_sha256) = 32),
  erased_at timestamptz,
  -- The encrypted bytes are removed too.
  cleared_at timestamptz,
  primary key (account_id, verification_id),
  foreign key (account_id, verification_id) references verification,
  check ((wrapped_key is null) = (erased_at is not null)),
  check ((sealed_at is null) = (sealed_sha256 is null)),
  check (cleared_at is null or erased_at is not null)
);

create table evidence_item (
  account_id bigint not null,
  verification_id integer not null,
  item_number integer not null check (item_number > 0),
  kind text not null check (kind in ('face-video', 'front', 'back', 'exhibit')),
  -- Which exhibit of the engine's; null for what the applicant sent.
  name text,
  state text not null check (state in ('receiving', 'kept', 'closed', 'discarded')),
  media_type text,
  byte_length bigint not null,
  sha256 bytea check (octet_length(sha256) = 32),
  begun_at timestamptz not null,
  received_at timestamptz,
  is_sealed boolean not null default false,
  feedback text,
  primary key (account_id, verification_id, item_number),
  foreign key (account_id, verification_id) references evidence_set,
  check ((kind = 'exhibit') = (name is not null)),
  check (state <> 'kept' or (media_type is not null and sha256 is not null and received_at is not null)),
  check (not is_sealed or (state = 'kept' and kind <> 'exhibit'))
);

-- Where the bytes of an item lie: one part for a photograph, many for a recording that came in parts.
create table evidence_part (
  account_id bigint not null,
  verification_id integer not null,
  item_number integer not null,
  part_number integer not null check (part_number > 0),
  blob_name text not null,
  byte_length bigint not null check (byte_length > 0),
  sha256 bytea not null check (octet_length(sha256) = 32),
  received_at timestamptz not null,
  primary key (account_id, verification_id, item_number, part_number),
  foreign key (account_id, verification_id, item_number) references evidence_item
);

-- Small texts that name a person, sealed under the verification's key: facts about the device, the assessment.
create table evidence_record (
  account_id bigint not null,
  verification_id integer not null,
  name text not null check (name <> ''),
  sealed_text bytea not null,
  kept_at timestamptz not null,
  primary key (account_id, verification_id, name),
  foreign key (account_id, verification_id) references evidence_set
);

-- The receipt of an erasure: what was destroyed, when and why. It stays.
create table evidence_erasure (
  account_id bigint not null,
  verification_id integer not null,
  erased_at timestamptz not null,
  reason text not null check (reason <> ''),
  -- A list of {item, kind, bytes, sha256}.
  items jsonb not null,
  primary key (account_id, verification_id),
  foreign key (account_id, verification_id) references evidence_set
);

-- Attempts of the engine at one verification: bounded, whatever becomes of the process that makes them.
create table engine_run (
  account_id bigint not null,
  verification_id integer not null,
  attempts integer not null check (attempts > 0),
  begun_at timestamptz not null,
  ended_at timestamptz,
  failure text,
  primary key (account_id, verification_id),
  foreign key (account_id, verification_id) references verification
);

create index evidence_set_kept on evidence_set (account_id, sealed_at) where erased_at is null;
-- Requests that ended before anything was filmed, and whose person is still known.
create index verification_to_forget on verification (account_id, lapsed_at) where state = 'lapsed' and phone <> '';
