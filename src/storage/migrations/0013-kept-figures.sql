-- What is asked of a million requests: the numbers of days that are over, counted once and added up from then on; and looking for a request.

-- What was counted of one day of Spain's time, as counters by their names. A day on which nothing happened has no row.
create table figure_day (
  account_id bigint not null references account,
  subject text not null check (subject in ('requests', 'rulings', 'callbacks')),
  day date not null,
  counts jsonb not null,
  primary key (account_id, subject, day)
);

create table figure_progress (
  account_id bigint primary key references account,
  -- The way of counting that the rows were made by. They are made anew by a version that counts otherwise.
  counting integer not null check (counting > 0),
  -- What had changed by then is in the counts of its day.
  looked_until timestamptz not null,
  -- Days from this one on are kept; those before it are still to be counted.
  kept_from date not null
);

select wall_account_table('figure_day');
select wall_account_table('figure_progress');

-- Which deliveries are open, and which came to their end lately: days whose numbers change.
create index callback_delivery_settled on callback_delivery (account_id, settled_at);

-- Many values begin alike. In which order those requests stand in a list, and in which state they are, is read beside the value and not from as
-- many rows all over the table.
drop index verification_by_phone;
create index verification_by_phone on verification (account_id, phone text_pattern_ops) include (verification_id, requested_at, state);
drop index verification_by_requested_number;
create index verification_by_requested_number on verification (account_id, requested_number text_pattern_ops)
  include (verification_id, requested_at, state) where requested_number is not null;
drop index verification_by_document_number;
create index verification_by_document_number on verification (account_id, document_number text_pattern_ops)
  include (verification_id, requested_at, state) where document_number is not null;
drop index verification_by_reference;
create index verification_by_reference on verification (account_id, reference_folded text_pattern_ops)
  include (verification_id, requested_at, state) where reference_folded is not null;
