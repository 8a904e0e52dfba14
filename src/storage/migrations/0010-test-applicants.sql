-- What is rehearsed where the applicant is a test, from the acceptance on; null: somebody is really asked for.

alter table verification add column rehearsal jsonb;
alter table verification drop constraint verification_reserved_hundredths_check;
alter table verification add constraint verification_reserved_hundredths_check check (
  reserved_hundredths >= 0 and (reserved_hundredths = 0) = (rehearsal is not null));
