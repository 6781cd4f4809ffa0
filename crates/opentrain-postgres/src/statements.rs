//! SQL of the store. Each statement takes effect as a whole, so no lock outlives it: a process that is paused blocks no other.

/// SQL that creates the two tables, `opentrain_checkpoint` and `opentrain_dead_letter`, unless they are there: for your own migrations.
/// [`create_tables`](crate::PostgresCheckpoint::create_tables) runs it.
pub const CREATE_TABLES: &str = include_str!("create_tables.sql");

/// Statement that makes other processes wait which create the tables at the same time: `IF NOT EXISTS` alone fails then.
pub(crate) const LOCK_CREATION: &str =
    "SELECT pg_advisory_xact_lock(hashtext('opentrain_checkpoint'));\n";

/// Makes a random id of a holder.
pub(crate) const NEW_HOLDER: &str = "SELECT gen_random_uuid()::text";

/// Acquires a checkpoint: name, holder, lease in seconds. Returns no row while another one holds it.
///
/// A holder whose response was lost gets the same grant again. The statement that was given up may arrive later still, after the first
/// saves: it must not fence its own holder, so epoch and revision stay.
pub(crate) const ACQUIRE: &str = "
    INSERT INTO opentrain_checkpoint AS held (name, epoch, holder, revision, lease_until)
    VALUES ($1, 1, $2, 0, clock_timestamp() + make_interval(secs => $3))
    ON CONFLICT (name) DO UPDATE SET
        epoch = CASE WHEN held.holder = excluded.holder THEN held.epoch ELSE held.epoch + 1 END,
        holder = excluded.holder,
        revision = CASE WHEN held.holder = excluded.holder THEN held.revision ELSE 0 END,
        lease_until = clock_timestamp() + make_interval(secs => $3)
    WHERE held.lease_until <= clock_timestamp() OR held.holder = excluded.holder
    RETURNING epoch, checkpoint::text";

/// Returns the seconds that are left of the lease: name.
pub(crate) const LEASE_LEFT: &str = "
    SELECT extract(epoch FROM lease_until - clock_timestamp())::double precision
    FROM opentrain_checkpoint WHERE name = $1";

/// Saves a checkpoint with its dead letters: name, epoch, holder, revision, checkpoint, lease in seconds, numbers and texts of new
/// letters, numbers of replayed ones. Returns no row if another one has acquired the checkpoint.
///
/// The holder is compared as well, since a replica that was promoted may grant an epoch again. A save may arrive after the next one, if
/// its connection was given up: its lower revision keeps it off.
pub(crate) const SAVE: &str = "
    WITH saved AS (
        UPDATE opentrain_checkpoint SET
            checkpoint = $5::text::json,
            revision = $4,
            lease_until = clock_timestamp() + make_interval(secs => $6)
        WHERE name = $1 AND epoch = $2 AND holder = $3 AND revision <= $4
        RETURNING name
    ), buried AS (
        INSERT INTO opentrain_dead_letter (name, number, letter)
        SELECT saved.name, new.number, new.letter::json
        FROM saved, unnest($7::bigint[], $8::text[]) AS new (number, letter)
        WHERE new.number <> ALL ($9::bigint[])
        ON CONFLICT DO NOTHING
    ), replayed AS (
        DELETE FROM opentrain_dead_letter AS letter USING saved
        WHERE letter.name = saved.name AND letter.number = ANY ($9::bigint[])
    )
    SELECT name FROM saved";

/// Makes the lease longer: name, epoch, holder, lease in seconds. Returns no row if another one has acquired the checkpoint.
pub(crate) const RENEW: &str = "
    UPDATE opentrain_checkpoint SET lease_until = clock_timestamp() + make_interval(secs => $4)
    WHERE name = $1 AND epoch = $2 AND holder = $3
    RETURNING name";

/// Ends the lease: name, epoch, holder.
pub(crate) const RELEASE: &str = "
    UPDATE opentrain_checkpoint SET lease_until = clock_timestamp(), holder = NULL
    WHERE name = $1 AND epoch = $2 AND holder = $3";

/// Lists dead letters: name, number after which to begin, most letters.
pub(crate) const DEAD_LETTERS: &str = "
    SELECT letter::text FROM opentrain_dead_letter
    WHERE name = $1 AND number > $2 ORDER BY number LIMIT $3";
