-- The second wall between accounts. Every statement names its account; where a transaction also says which account it is for, the database
-- itself shows and takes rows of that one only, whatever the statement forgot.

create function account_in_view() returns bigint language sql stable as
  $$ select nullif(current_setting('cotejo.account', true), '')::bigint $$;

-- Later migrations call it for each table that they add.
create function wall_account_table(walled regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', walled);
  execute format('alter table %s force row level security', walled);
  execute format('create policy own_account on %s
    using ((select account_in_view()) is null or account_id = (select account_in_view()))', walled);
end $$;

select wall_account_table(c.oid) from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relrowsecurity;

-- A superuser passes every policy, and the embedded server's user is one: behind the wall it takes this role. A server of one's own where
-- roles cannot be made needs none, unless its user is a superuser too.
do $$
begin
  begin
    create role cotejo_walled nologin;
  exception
    when duplicate_object then null;
  end;
  grant usage on schema public to cotejo_walled;
  grant select, insert, update, delete on all tables in schema public to cotejo_walled;
  alter default privileges in schema public grant select, insert, update, delete on tables to cotejo_walled;
  execute format('grant cotejo_walled to %I', current_user);
exception
  when insufficient_privilege then raise notice 'the role cotejo_walled cannot be made here';
end $$;
