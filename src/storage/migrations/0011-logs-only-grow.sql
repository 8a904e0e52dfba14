-- Behind the wall of an account, what was entered and what was done stays as it was written.
do $$
begin
  if exists (select 1 from pg_roles where rolname = 'cotejo_walled') then
    revoke update, delete on audit_entry, credit_entry, verification_event from cotejo_walled;
  end if;
exception
  when insufficient_privilege then null;
end $$;
