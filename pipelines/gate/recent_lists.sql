-- The lists to compare: the newest one of the delivery in `typed`, those of the days before it, and the last one of these.
-- A view of years of lists reads only the days and columns that are asked for. current: the condition on v that a row still holds.
CREATE OR REPLACE TEMP TABLE newest_list AS
SELECT * FROM typed WHERE verdict = 'new' AND {day} = (SELECT max({day}) FROM typed WHERE verdict = 'new');
CREATE OR REPLACE TEMP VIEW recent_lists AS
SELECT v.* FROM versions.{extract} v
WHERE {current} AND v.{day} BETWEEN {first} AND {last} AND v.corporatie_id IN (SELECT corporatie_id FROM newest_list);
CREATE OR REPLACE TEMP TABLE list_before AS
SELECT v.* FROM recent_lists v JOIN (
    SELECT corporatie_id, max({day}) AS {day} FROM recent_lists GROUP BY ALL) USING (corporatie_id, {day});
