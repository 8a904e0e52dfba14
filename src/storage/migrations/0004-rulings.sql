-- What is ruled of an assessed verification, by the account's policy or by a person.

alter table verification drop constraint verification_state_check;
alter table verification add constraint verification_state_check check (
  state in ('requested', 'invited', 'opened', 'capturing', 'submitted', 'assessed', 'approved', 'validated', 'rejected', 'lapsed'));

-- When, by whom, and for which reason where it was rejected.
alter table verification add column ruling jsonb;
alter table verification add column validated_at timestamptz;

alter table verification drop constraint verification_opening_check;
alter table verification add constraint verification_opening_check check (
  state in ('requested', 'invited', 'lapsed') or (invited_at is not null and opening is not null));
alter table verification drop constraint verification_capturing_check;
alter table verification add constraint verification_capturing_check check (
  state in ('requested', 'invited', 'opened', 'lapsed') or asks_for is not null);
alter table verification drop constraint verification_submitted_check;
alter table verification add constraint verification_submitted_check check (
  state in ('requested', 'invited', 'opened', 'capturing', 'lapsed') or submitted_at is not null);
alter table verification drop constraint verification_assessed_check;
alter table verification add constraint verification_assessed_check check (
  state not in ('assessed', 'approved', 'validated', 'rejected') or (assessed_at is not null and assessment is not null));
alter table verification add constraint verification_ruling_check check (
  (state in ('approved', 'validated', 'rejected')) = (ruling is not null) and (state = 'validated') = (validated_at is not null));
