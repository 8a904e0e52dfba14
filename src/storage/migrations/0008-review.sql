-- What people see of requests in the panel, and the desk where they rule on them.

-- What a list shows of an assessment, beside the row and not in its long JSON; forgotten with it.
alter table verification add column outcome text generated always as (assessment ->> 'outcome') stored;
alter table verification add column document_number text generated always as (
  coalesce(assessment #>> '{document,fields,documentNumber,text}', assessment #>> '{document,numberOnFront}',
    assessment #>> '{document,numberOnBack}')) stored;alter table verification add column outcome_reasons jsonb generated always as (assessment -> 'reasons') stored;

-- For looking for it in whatever letters. As a column: what is computed while searching, the database does not let pass its walls.
alter table verification add column reference_folded text generated always as (lower(reference)) stored;

-- Lists go through one state at a time, the newest first; all states together are ten such lists.
create index verification_by_state on verification (account_id, state, requested_at, verification_id);
create index verification_changed on verification (account_id, updated_at, verification_id);
create index verification_by_phone on verification (account_id, phone text_pattern_ops);
create index verification_by_requested_number on verification (account_id, requested_number text_pattern_ops)
  where requested_number is not null;
create index verification_by_document_number on verification (account_id, document_number text_pattern_ops)
  where document_number is not null;
create index verification_by_reference on verification (account_id, reference_folded text_pattern_ops)
  where reference_folded is not null;

-- What waits for a person, by what the engine says, the oldest first.
create index verification_waiting on verification (account_id, outcome, assessed_at) where state = 'assessed';

-- How far a case has come. A verification without a row waits at the desk.
create table review_case (
  account_id bigint not null,
  verification_id integer not null,
  -- `ruled`: somebody ruled and may take it back for a moment; `proposed`: it waits for a second person.
  stage text not null check (stage in ('desk', 'escalated', 'ruled', 'proposed', 'settled')),
  -- Since when it is there.
  since timestamptz not null,
  escalated_by uuid,
  escalated_at timestamptz,
  -- Who would validate what speaks against the applicant.
  proposed_by uuid,
  proposed_at timestamptz,
  primary key (account_id, verification_id),
  foreign key (account_id, verification_id) references verification,
  check ((escalated_by is null) = (escalated_at is null)),
  check ((proposed_by is null) = (proposed_at is null)),
  check (stage <> 'escalated' or escalated_by is not null),
  check (stage <> 'proposed' or proposed_by is not null)
);
create index review_case_supervised on review_case (account_id, stage, since) where stage in ('escalated', 'proposed');

-- Who has which case in hand. By the keys alone nobody has two, and no case is in two hands. After the lease others may take it.
create table review_seat (
  account_id bigint not null,
  user_id uuid not null,
  verification_id integer not null,
  queue text not null check (queue in ('desk', 'supervision')),
  opened_at timestamptz not null,
  lease_until timestamptz not null,
  primary key (account_id, user_id),
  unique (account_id, verification_id),
  foreign key (account_id, verification_id) references verification
);

-- What people ruled, also what they took back. Opened to ruled is the time on the case.
create table review_ruling (
  account_id bigint not null,
  verification_id integer not null,
  ruling_number integer not null check (ruling_number > 0),
  user_id uuid not null,
  decision text not null check (decision in ('validate', 'reject')),
  reason text,
  -- Where the case was taken from, to be put back there.
  queue text not null check (queue in ('desk', 'supervision')),
  stage_before text not null check (stage_before in ('desk', 'escalated', 'proposed')),
  opened_at timestamptz not null,
  ruled_at timestamptz not null,
  settles_at timestamptz not null,
  -- `superseded`: when it was to be carried out, the verification had been ruled otherwise.
  state text not null check (state in ('pending', 'undone', 'carried-out', 'proposed', 'superseded')),
  primary key (account_id, verification_id, ruling_number),
  foreign key (account_id, verification_id) references verification,
  check ((decision = 'reject') = (reason is not null)),
  check (settles_at >= ruled_at and ruled_at >= opened_at)
);
create unique index review_ruling_pending on review_ruling (account_id, verification_id) where state = 'pending';
create index review_ruling_of_user on review_ruling (account_id, user_id, ruled_at);
create index review_ruling_made on review_ruling (account_id, ruled_at);

-- Who noted something when. The text lies sealed with the evidence and is erased with it.
create table review_note (
  account_id bigint not null,
  verification_id integer not null,
  note_number integer not null check (note_number > 0),
  user_id uuid not null,
  noted_at timestamptz not null,
  primary key (account_id, verification_id, note_number),
  foreign key (account_id, verification_id) references verification
);
