const MiB = 1 << 20;

/**
 * The server's whole `postgresql.conf`, written anew at each start.
 *
 * The server is a guest on the machine: it takes a sixteenth of the memory, between 64 MiB and 1 GiB, for its own cache. Its write-ahead
 * log is short enough to be replayed in a couple of seconds after a power cut.
 *
 * @param memoryBytes what the machine or the container has.
 */
export const serverConfiguration = (memoryBytes: number): string => {
  const cacheMiB = Math.round(Math.min(Math.max(memoryBytes / MiB / 16, 64), 1024));
  return `# Written by Cotejo at each start: changes made here are lost. To tune the server, bring your own (DATABASE_URL).

shared_buffers = '${cacheMiB}MB'
effective_cache_size = '${cacheMiB * 6}MB'
work_mem = '4MB'
maintenance_work_mem = '64MB'
max_connections = 60
max_wal_size = '512MB'
min_wal_size = '80MB'
max_parallel_workers_per_gather = 0
dynamic_shared_memory_type = 'sysv'
io_method = 'sync'
jit = off
random_page_cost = 1.1

# Reached through a socket in this folder, which only the server's user (and root) may enter.
listen_addresses = ''
port = 5432
unix_socket_directories = '.'
unix_socket_permissions = 0700

# What is acknowledged is on the disk.
fsync = on
full_page_writes = on
synchronous_commit = on
data_sync_retry = off
# After a crash everything is forced to the disk first: in one call, a thousand calls take seconds.
recovery_init_sync_method = 'syncfs'
allow_alter_system = off

# The log tells of the server, never of what it stores: statements, their values and the details of errors stay out.
logging_collector = off
log_destination = 'stderr'
log_min_messages = 'log'
log_min_error_statement = 'panic'
log_error_verbosity = 'terse'
log_statement = 'none'
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_line_prefix = '%m [%p] '
log_timezone = 'UTC'

timezone = 'UTC'
datestyle = 'iso, mdy'
lc_messages = 'C'
`;
};

/** Everyone who reaches the socket is let in: the folder's permissions are the guard. */
export const accessConfiguration = 'local all all trust\n';
