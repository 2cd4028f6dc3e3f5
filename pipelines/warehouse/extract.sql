-- The tables of one extract. raw holds each distinct row once, with the delivery that first brought it;
-- the sightings hold which deliveries showed it, and on which line.
CREATE TABLE IF NOT EXISTS raw.{extract} (
    row_id BIGINT NOT NULL, row_hash UHUGEINT NOT NULL, key_hash UHUGEINT NOT NULL, delivery_id INTEGER NOT NULL, {columns});
CREATE TABLE IF NOT EXISTS raw.{sightings} (delivery_id INTEGER NOT NULL, row_id BIGINT NOT NULL, line INTEGER);
CREATE TABLE IF NOT EXISTS versions.{extract} (
    row_id BIGINT NOT NULL, key_hash UHUGEINT NOT NULL, {columns}, known_from DATE NOT NULL, known_until DATE);
