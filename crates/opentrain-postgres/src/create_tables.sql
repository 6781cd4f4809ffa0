-- The checkpoints of opentrain's feeds, a row each.
CREATE TABLE IF NOT EXISTS opentrain_checkpoint (
    name        text        PRIMARY KEY,
    checkpoint  json,                 -- NULL until the first save
    epoch       bigint      NOT NULL, -- one more each time a feed acquires the checkpoint
    holder      text,                 -- random id of the feed that acquired it last; NULL once it is released
    revision    bigint      NOT NULL, -- number of the last save in this epoch
    lease_until timestamptz NOT NULL  -- end of the holder's time, by this server's clock
);

-- The events that were given up. They go with their checkpoint.
CREATE TABLE IF NOT EXISTS opentrain_dead_letter (
    name   text   NOT NULL REFERENCES opentrain_checkpoint ON DELETE CASCADE,
    number bigint NOT NULL,
    letter json   NOT NULL,
    PRIMARY KEY (name, number)
);
