-- The lists to compare: the newest one of the delivery in `typed`, those of the days before it, and the last one of these.
-- current: the condition on v that a row still holds.
CREATE OR REPLACE TEMP TABLE newest_list AS
SELECT * FROM typed WHERE verdict = 'new' AND {day} = (SELECT max({day}) FROM typed WHERE verdict = 'new');
CREATE OR REPLACE TEMP TABLE recent_lists AS
SELECT v.* FROM versions.{extract} v, (SELECT max({day}) AS newest FROM newest_list)
WHERE {current} AND v.{day} < newest AND v.{day} >= newest - {days} AND v.corporatie_id IN (SELECT corporatie_id FROM typed);
CREATE OR REPLACE TEMP TABLE list_before AS
SELECT * FROM recent_lists WHERE corporatie_id IN (SELECT corporatie_id FROM newest_list)
QUALIFY {day} = max({day}) OVER (PARTITION BY corporatie_id);
