-- Calls with a wrong token and sign-ins that failed, counted over all processes: see [Note: Blocking]. Rows of callers who were right are kept
-- for as long as their address may be theirs, others for minutes.
create table caller_attempt (
  -- What attempts are counted by: the client's address, or the network that stands for it.
  address_key text not null,
  -- Digest of the name that was given, whatever strangers may have typed there; empty: the address under any name.
  name_digest bytea not null,
  failures integer not null check (failures >= 0),
  window_ends_at timestamptz not null,
  blocked_until timestamptz,
  -- Whether this address was right under this name: then it is heard whatever else comes from it.
  was_right boolean not null default false,
  -- When somebody lifted a block, for processes that have it in memory.
  unblocked_at timestamptz,
  forget_at timestamptz not null,
  primary key (address_key, name_digest)
);
create index caller_attempt_forget on caller_attempt (forget_at);
create index caller_attempt_blocked on caller_attempt (name_digest) where blocked_until is not null;
create index caller_attempt_unblocked on caller_attempt (unblocked_at) where unblocked_at is not null;
