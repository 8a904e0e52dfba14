-- What belongs to the installation itself and to no account.

-- It has a log of its own, numbered 0: who runs it came in, and what they did to it. No account has that number, which is all that the
-- references kept out.
alter table audit_entry drop constraint audit_entry_account_id_fkey;
alter table audit_head drop constraint audit_head_account_id_fkey;

-- Each process says every few seconds how it is, by the database's clock; of those that ended, what they last said is kept for a while.
create table process_report (
  process_id uuid primary key,
  reported_at timestamptz not null,
  ended_at timestamptz,
  report jsonb not null
);
do $$
begin
  if exists (select 1 from pg_roles where rolname = 'cotejo_walled') then
    revoke all on process_report from cotejo_walled;
  end if;
exception
  when insufficient_privilege then null;
end $$;
