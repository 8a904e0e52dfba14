-- Evidence that a person at the desk asks for once more: further rounds of one verification.

alter table verification drop constraint verification_state_check;
alter table verification add constraint verification_state_check check (
  state in ('requested', 'invited', 'opened', 'capturing', 'submitted', 'assessed', 'retake-asked', 'retaking', 'retaken', 'approved',
    'validated', 'rejected', 'lapsed'));
alter table verification drop constraint verification_assessed_check;
alter table verification add constraint verification_assessed_check check (
  state not in ('assessed', 'retake-asked', 'retaking', 'retaken', 'approved', 'validated', 'rejected')
  or (assessed_at is not null and assessment is not null));

-- The retake under way, and those that are over, the oldest first.
alter table verification add column retake jsonb;
alter table verification add column retakes jsonb not null default '[]';
alter table verification add constraint verification_retake_check check (
  (state in ('retake-asked', 'retaking', 'retaken')) = (retake is not null));

-- Of which round's assessment a step was: what is told of it later says that one.
alter table verification_event add column round integer not null default 1 check (round > 0);

-- Rounds whose assessment no longer stands, because a further one was assessed.
create table verification_round (
  account_id bigint not null,
  verification_id integer not null,
  round integer not null check (round > 0),
  submitted_at timestamptz not null,
  assessed_at timestamptz not null,
  assessment jsonb not null,
  primary key (account_id, verification_id, round),
  foreign key (account_id, verification_id) references verification
);
select wall_account_table('verification_round');

-- A link is good for the round that it was sent for, and for no earlier or later one.
alter table link add column round integer not null default 1 check (round > 0);
alter table face_attempt add column round integer not null default 1 check (round > 0);
alter table engine_run add column round integer not null default 1 check (round > 0);

alter table evidence_item add column round integer not null default 1 check (round > 0);

-- One for each retake that somebody came for, and for the first round once it is sealed. `evidence_set` has the latest seal.
create table evidence_round (
  account_id bigint not null,
  verification_id integer not null,
  round integer not null check (round > 0),
  -- Items of earlier rounds that count in this one too.
  carried integer[] not null default '{}',
  opened_at timestamptz not null,
  sealed_at timestamptz,
  sealed_sha256 bytea check (octet_length(sealed_sha256) = 32),
  -- Nothing came of it.
  closed_at timestamptz,
  primary key (account_id, verification_id, round),
  foreign key (account_id, verification_id) references evidence_set,
  check ((sealed_at is null) = (sealed_sha256 is null)),
  check (sealed_at is null or closed_at is null)
);
-- At most one is open.
create unique index evidence_round_open on evidence_round (account_id, verification_id) where sealed_at is null and closed_at is null;
select wall_account_table('evidence_round');
insert into evidence_round (account_id, verification_id, round, opened_at, sealed_at, sealed_sha256)
select account_id, verification_id, 1, created_at, sealed_at, sealed_sha256 from evidence_set where sealed_at is not null;

-- A retake is ruled like the rest: it waits ten seconds, and can be taken back.
alter table review_ruling drop constraint review_ruling_decision_check;
alter table review_ruling add constraint review_ruling_decision_check check (decision in ('validate', 'reject', 'retake'));
alter table review_ruling drop constraint review_ruling_check;
alter table review_ruling add constraint review_ruling_reason_check check ((decision = 'validate') = (reason is null));
alter table review_ruling add column scope text constraint review_ruling_scope_word check (scope in ('all', 'face', 'document'));
alter table review_ruling add constraint review_ruling_scope_check check ((decision = 'retake') = (scope is not null));

-- What was judged stays as it was.
do $$
begin
  if exists (select 1 from pg_roles where rolname = 'cotejo_walled') then
    revoke delete on verification_round from cotejo_walled;
  end if;
exception
  when insufficient_privilege then null;
end $$;
